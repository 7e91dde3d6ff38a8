/**
 * Words of the data path, of systems and of logs. A machine, an account or a group that is called one of these keeps its name:
 * replacing the word everywhere would change what the files say, and it identifies nobody.
 */
const WORDS = new Set(
  `account accounts active adm admin administrator agent agents amd64 aarch64 arm64 application arch audit auth authpriv azure azuremonitoragent
   azuremonitor backup backups bash bin boot cache change changes changetracking chrony chunks client cloud cloudinit code collection compute
   config configuration configurations content contents control core count cron crontab cxp daemon data database datasources date db debian
   debug default dev dhcp dialout disk dns docker enabled endpoint entry error errors etc events extension extensions fedora file files
   format ftp games gid global gnats group groups handler health hop host hostname hosts http https hypervisor id image images inactive
   info input insights install installed inventory irc issue journal json kernel kmem kvm landscape lib lines link linux list lists lo
   load loaded local localhost localdomain log login logs lp lpadmin lxd machine machines mail man manager mariadb mdsd message
   messagebus metrics microsoft mode monitor monitoring mount mounts mysql name names net netdev network news nginx nobody node nodes
   nogroup none ntp null omi omsagent ods opinsights opt oracle output package packages param password path pid plugdev pollinate
   polkitd port portal postfix postgres process proc prod production provider providers proxy public python qos query queue read
   ready region release resource resources result results rhel root row rows rsyslog rule rules run running sbin service services
   session settings shadow shell size snap socket sockets software source sources src srv ssh sshd sssd staff start state status
   stderr stdin stdout storage stopped stream streams sudo suse syslog sys system systemd table tape tcpdump temp test testing time
   tmp tracking tss type ubuntu udp uid unknown update upload user username users usbmux utmp utc uuid uucp value var version video
   virtual virtualmachine virtualmachines vm voice waagent warn warning watcher web windows worker workers workspace workspaces www
   www-data yes false true himds azcmagent arc gateway server servers adminuser azureuser _apt _chrony systemd-network
   systemd-resolve systemd-timesync systemd-timesyncd systemd-coredump systemd-journal systemd-bus-proxy dnsmasq rpc rpcuser
   abrt tcsd libstoragemgmt sgx render input wheel disk operator halt shutdown sync mail lock utempter stapusr saslauth cgred
   unbound rngd setroubleshoot cockpit-ws cockpit-wsinstance gluster pipewire rtkit geoclue colord avahi pulse nfsnobody
   networkwatcherrg defaultresourcegroup`
    .split(/\s+/)
    .filter((word) => word !== ''),
)

export function isReserved(value: string): boolean {
  const plain = value.toLowerCase()
  return WORDS.has(plain) || /^systemd[+-]/.test(plain) || /^\d+$/.test(plain) || /^microsoft\./.test(plain)
}

/** Domains that are everybody's: services of the platform and homes of distributions. */
const PUBLIC =
  /(?:^|\.)(?:microsoft\.com|windows\.(?:net|com)|azure\.(?:com|net|us|cn)|azure-api\.net|microsoftonline\.(?:com|us)|chinacloudapi\.cn|usgovcloudapi\.net|cloudapi\.de|msftconnecttest\.com|live\.com|office\.com|visualstudio\.com|azureedge\.net|debian\.org|ubuntu\.com|canonical\.com|launchpad\.net|redhat\.com|fedoraproject\.org|centos\.org|rockylinux\.org|almalinux\.org|suse\.com|opensuse\.org|oracle\.com|kernel\.org|gnu\.org|github\.com|githubusercontent\.com|gitlab\.com|python\.org|freedesktop\.org|sourceforge\.net|w3\.org|digicert\.com|letsencrypt\.org|mozilla\.org|apache\.org|localhost|localdomain|invalid|arpa)$/i

export function isPublicDomain(name: string): boolean {
  return PUBLIC.test(name)
}

/** Ends of names with dots and an `@` that are no domains: units and files. */
export const NO_DOMAIN =
  /\.(?:service|socket|timer|mount|automount|target|slice|scope|device|path|swap|conf|cfg|log|json|txt|gz|tgz|tar|zip|sh|py|so|db|deb|rpm|xml|ya?ml|md|pem|crt|status|settings|html|js)$/i
