import { ctCommandLog, ctHandlerStatus } from '../../src/artifacts/agent.js'
import { installEvidence, type InstallEvidence } from '../../src/facts/install-evidence.js'
import type { Evidence } from '../../src/model/artifact.js'
import { parseCommandLog } from '../../src/parsers/command-log.js'
import { commandDone, CT_LOG, EXT, guestLine, TAKEN } from '../support/host.js'
import { chunked } from '../support/parsers.js'

const LOG = `${CT_LOG}/CommandExecution.log`

function evidence<T>(path: string, value: T, mtime: number | null = null): Evidence<T> {
  return { path, kind: 'file', size: 1, mtime, value, problems: [] }
}

async function logOf(text: string, path = LOG): Promise<unknown> {
  const result = await parseCommandLog(chunked(Buffer.from(text)))
  if (!result.ok) throw new Error('no digest')
  return { good: [evidence(path, result.value)], bad: [] }
}

function status(word: string, message: string, mtime: number | null = null): unknown {
  return {
    good: [
      evidence(
        `${EXT}/config/HandlerStatus`,
        {
          name: null,
          version: null,
          status: word,
          code: 1,
          message,
          statusSegments: ['status'],
          messageSegments: ['message'],
        },
        mtime,
      ),
    ],
    bad: [],
  }
}

const facts = (given: Record<string, unknown>): InstallEvidence => installEvidence.compute(given)
const exit = (at: number, code: number, action = 'enable'): string =>
  guestLine(at, `Non-zero exit code: ${code}, /${EXT}/cta_linux_handler ${action}`, 'ERROR')

describe('installEvidence', () => {
  it('declares only what it reads', () => {
    expect(Object.values(installEvidence.optional)).toEqual(expect.arrayContaining([ctCommandLog, ctHandlerStatus]))
    expect(installEvidence.needs).toEqual({})
  })

  it('knows nothing of an empty input, and says so', () => {
    expect(facts({})).toEqual({ open: [], answered: false })
  })

  it('takes the command above for the action where a line names none', async () => {
    const command = await logOf(commandDone(TAKEN, 'update', 'E: Could not get lock /var/lib/dpkg/lock'))
    expect(facts({ command }).open).toMatchObject([{ kind: 'packageLock', action: 'update', at: { at: { line: 4 } } }])
  })

  it('takes the action that the line names before the command above', async () => {
    const command = await logOf(commandDone(TAKEN - 60_000, 'install') + exit(TAKEN, 7, 'Enable'))
    expect(facts({ command }).open).toMatchObject([{ kind: 'nonZeroExit', action: 'enable', fields: { code: '7' } }])
  })

  it('does not take an installation that printed an error for a success', async () => {
    const failed = commandDone(TAKEN - 120_000, 'install', 'Less than one Package to be installed')
    const again = commandDone(TAKEN - 60_000, 'install', 'Less than one Package to be installed')
    expect(facts({ command: await logOf(failed + again) }).open).toHaveLength(2)
    expect(facts({ command: await logOf(failed + again + commandDone(TAKEN, 'install')) }).open).toEqual([])
  })

  it('takes HandlerStatus for the present: its failures are open, a later Ready ends older ones', async () => {
    const message = 'Non-zero exit code: 1, x\nMore than one Package to be installed'
    expect(facts({ status: status('NotReady', message) }).open.map(({ kind }) => kind)).toEqual([
      'nonZeroExit',
      'packagePayload',
    ])
    expect(facts({ status: status('Ready', message) }).open).toEqual([])
    const guest = await logOf(exit(TAKEN, 1), 'var/log/waagent.log')
    expect(facts({ guest, status: status('Ready', '', TAKEN + 1000) }).open).toEqual([])
    expect(facts({ guest, status: status('Ready', '', TAKEN - 60_000) }).open).toHaveLength(1)
    // A time from an archive that keeps none says nothing.
    expect(facts({ guest, status: status('Ready', '', 0) }).open).toEqual([])
  })

  it('trusts a whole log of commands without a success more than Ready', async () => {
    const command = await logOf(commandDone(TAKEN - 60_000, 'install') + exit(TAKEN, 1))
    expect(facts({ command, status: status('Ready', '', TAKEN + 1000) }).open).toHaveLength(1)
  })

  it('is unsure where an attempt followed whose end is unknown', async () => {
    const guest = await logOf(exit(TAKEN, 1) + guestLine(TAKEN + 1000, 'Enable extension: [x]'), 'var/log/waagent.log')
    expect(facts({ guest }).open).toMatchObject([{ unsure: true }])
    expect(facts({ guest: await logOf(exit(TAKEN, 1), 'var/log/waagent.log') }).open).toMatchObject([{ unsure: false }])
  })
})
