import { ctAgentLog } from '../../artifacts/agent.js'
import { fileJson } from '../../artifacts/collection.js'
import { agentRuns } from '../../facts/agent-runs.js'
import { dcrLabel } from '../../facts/ct-dcrs.js'
import { followedDcr } from '../../facts/followed-dcr.js'
import { trackedFiles } from '../../facts/tracked-files.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

export const agentFollowsDcr = rule({
  id: 'CT5018',
  name: 'agent-follows-dcr',
  title: 'Of several Change Tracking rules the agent follows one',
  group: 'collection',
  severity: 'info',
  confidence: 'likely',
  docs: {
    what: 'When several Change Tracking rules are cached, tells which one the agent follows, and whether it switched.',
    why: 'The other rules have no effect on this machine: their paths are not tracked, and their workspaces get nothing from it.',
    how: 'The signs are how often each worker runs, against each rule’s frequencies, and where the tracked files lie, against each rule’s paths. Three pauses between runs make a habit; single ones that differ do not count. A rule is named when every sign fits it and no other. Two signs make it likely, one possible. When an earlier habit fits another rule, the agent switched.',
    limits: 'Rules with equal frequencies and paths cannot be told apart. The agent may switch again at any time.',
    fix: [
      'Decide which rule is to stay, and remove the machine’s association with every other one; policies put it back.',
      'Wait 15 minutes, then `sudo systemctl restart cxp.service`.',
    ],
    proof: `${COMMANDS.findCtChunks} names exactly one file.`,
    links: [LINKS.overview],
  },
  needs: { followed: followedDcr },
  optional: { runs: agentRuns, files: trackedFiles },
  *check({ followed: { dcrs, witnesses }, runs, files }) {
    if (dcrs.length < 2) return
    const missing = [...(runs === undefined ? [ctAgentLog] : []), ...(files == null ? [fileJson] : [])]
    if (witnesses.length === 0) {
      yield unknown(
        missing.length > 0
          ? 'What would tell which rule the agent follows is not in the input.'
          : 'Neither the pauses between runs nor the tracked files tell the rules apart.',
        missing.length > 0 ? missing : [ctAgentLog],
      )
      return
    }
    const left = dcrs.filter(({ id }) => witnesses.every(({ fits }) => fits.has(id)))
    const [followed] = left
    if (followed === undefined || left.length > 1) {
      const what =
        left.length > 1 ? `${left.map(dcrLabel).join(' and ')} fit alike` : 'The witnesses contradict each other'
      yield unknown(
        `${what}: ${witnesses.map(({ says }) => says).join('; ')}.`,
        missing.length > 0 ? missing : [ctAgentLog],
      )
      return
    }
    const [first, ...others] = witnesses.flatMap(({ evidence }) => evidence)
    if (first === undefined) return
    const change = witnesses.find(({ before }) => before !== null)
    const before = dcrs.filter(({ id }) => change?.before?.has(id) === true)
    const since = change?.since == null ? null : iso(change.since)
    const switched =
      since === null ? '' : ` It switched at ${since}; before, its runs fitted ${before.map(dcrLabel).join(' or ')}.`
    yield finding({
      subject: 'ChangeTracking-Linux',
      message: `Of ${dcrs.length} rules the agent follows ${dcrLabel(followed)}: ${witnesses.map(({ says }) => says).join('; ')}.${switched}`,
      evidence: [first, ...others],
      data: {
        follows: followed.id,
        ignored: dcrs.filter((dcr) => dcr !== followed).map(({ id }) => id),
        switchedAt: since,
        before: before.map(({ id }) => id),
      },
      confidence: witnesses.length > 1 ? 'likely' : 'possible',
    })
  },
})
