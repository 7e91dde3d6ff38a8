import { diskFree } from '../../artifacts/host.js'
import { FREE_SPACE_MIN } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import type { DiskFree, Mount } from '../../parsers/df.js'

const FOLDERS = ['/etc', '/opt', '/var'] as const
const MIB = 1024 * 1024

export const lowDisk = rule({
  id: 'CT8001',
  name: 'low-disk',
  title: 'Little free space where the agents write',
  group: 'host',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks up the free space of the file systems that hold /etc, /opt and /var.',
    why: 'The Azure Monitor Agent needs 500 MB free on each, for its rules, its programs and its event cache. On a full disk rules and inventories are written cut, and rows are dropped.',
    how: 'Reads the output of df and takes, for each of the three folders, the file system with the longest mount point above it. Fires when less than 500 MB are available to an ordinary program.',
    limits: 'It is a snapshot: space may have been freed since, or have run out and come back. Quotas are not seen.',
    fix: [
      'Find what is large: `sudo du -xh --max-depth=2 /var | sort -h | tail -20`, the same for /opt.',
      'Free space, or enlarge the file system.',
      'Restart what may have stopped writing: `sudo systemctl restart azuremonitoragent cxp.service`.',
    ],
    proof: '`df -h /etc /opt /var` shows 500 MB or more available on each.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { lists: diskFree },
  causes: ['CT6007'],
  *check({ lists }) {
    const [list] = lists.good.filter(({ value }) => value.mounts.some(({ mountPoint }) => mountPoint === '/'))
    if (list === undefined) {
      yield unknown('No list of file systems here has a line for /.', [diskFree])
      return
    }
    const low = new Map<string, { readonly mount: Mount; readonly folders: string[] }>()
    for (const folder of FOLDERS) {
      const mount = mountOf(list.value, folder)
      if (mount === undefined || mount.available >= FREE_SPACE_MIN) continue
      const known = low.get(mount.mountPoint)
      if (known === undefined) low.set(mount.mountPoint, { mount, folders: [folder] })
      else known.folders.push(folder)
    }
    for (const [mountPoint, { mount, folders }] of low) {
      const free = Math.floor(mount.available / MIB)
      const held = folders.join(', ')
      yield finding({
        subject: mountPoint,
        message: `${free} MB are free on ${mountPoint}${held === mountPoint ? '' : `, which holds ${held}`}; 500 MB are needed.`,
        evidence: [atLine(list.path, mount.line, mount.text)],
        data: { freeMb: free, folders },
      })
    }
  },
})

/** The longest mount point above the folder; of two on one point the later one is on top. */
function mountOf({ mounts }: DiskFree, folder: string): Mount | undefined {
  let best: Mount | undefined
  for (const mount of mounts) {
    const { mountPoint } = mount
    const above = mountPoint === '/' || mountPoint === folder
    if (above && mountPoint.length >= (best?.mountPoint.length ?? 0)) best = mount
  }
  return best
}
