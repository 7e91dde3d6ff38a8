import { parseListeningPorts } from '../parsers/listening-ports.js'
import { parseUnixSockets } from '../parsers/unix-sockets.js'
import { artifact } from './artifact.js'
import { isUnixSockets } from './content.js'

export const unixSockets = artifact(
  'unixSockets',
  'the list of UNIX sockets',
  {
    host: ['proc/net/unix'],
    collector: ['sos_commands/networking/ss_-peaonmi', 'sos_commands/networking/netstat_-W_-neopa'],
    loose: ['proc_net_unix*', 'proc-net-unix*', 'ss-x*.txt', 'ss_-x*', 'unix-sockets.txt'],
  },
  { how: 'bytes', parse: parseUnixSockets },
  { command: 'cat /proc/net/unix > proc-net-unix.txt', marksHost: false, sniff: isUnixSockets },
)

/**
 * TCP ports that somebody listens on. The kernel's own lists name every peer of every connection, in a spelling that no
 * redaction knows: where they lie in a bundle they are read, but ct-diag takes only the listeners along.
 */
export const listeningPorts = artifact(
  'listeningPorts',
  'the list of listening TCP ports',
  {
    collector: [
      'proc/net/tcp',
      'proc/net/tcp6',
      'sos_commands/networking/ss_-peaonmi',
      'sos_commands/networking/netstat_-W_-neopa',
    ],
    loose: ['proc-net-tcp*', 'proc_net_tcp*', 'ss_-l*', 'netstat_-l*', 'netstat-l*.txt', 'ss-l*.txt', 'ss-ltn.txt'],
  },
  { how: 'bytes', parse: parseListeningPorts },
  { command: 'ss -ltn > ss-ltn.txt', marksHost: false },
)
