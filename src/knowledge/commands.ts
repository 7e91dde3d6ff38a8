import { CT_EXTENSION } from './names.js'

const RUN_HANDLER = `sudo sh -c "cd /var/lib/waagent/${CT_EXTENSION}-VERSION && ./cta_linux_handler`

/** Commands that several rules advise. Words in capitals are for the reader to fill in. */
export const COMMANDS = {
  updateCt:
    '`az vm extension set --publisher Microsoft.Azure.ChangeTrackingAndInventory --name ChangeTracking-Linux --vm-name VM --resource-group GROUP --enable-auto-upgrade true` (Arc: `az connectedmachine extension update`)',
  installAndEnable: `\`${RUN_HANDLER} install && ./cta_linux_handler enable"\``,
  enable: `\`${RUN_HANDLER} enable"\``,
  disable: `\`${RUN_HANDLER} disable"\``,
  restartGuestAgent: '`sudo systemctl restart walinuxagent` (Red Hat, SUSE: `waagent`)',
  copyDatabase:
    '`sudo systemctl stop cxp.service; sudo cp /opt/microsoft/changetrackingdata/db/changetracking.db /tmp/; sudo systemctl start cxp.service`',
  moveConfigCache:
    '`sudo sh -c "systemctl stop azuremonitoragent; mv /etc/opt/microsoft/azuremonitoragent/config-cache /root/config-cache.old; systemctl start azuremonitoragent"`',
  findCtChunks: '`sudo grep -rl ChangeTracking-Linux /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks`',
} as const
