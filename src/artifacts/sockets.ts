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
