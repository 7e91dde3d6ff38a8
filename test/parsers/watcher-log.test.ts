import fc from 'fast-check'
import { parseWatcherLog } from '../../src/parsers/watcher-log.js'
import { chunked } from '../support/parsers.js'

const kinds = async (message: string, fields = ''): Promise<unknown[]> => {
  const text = `time="2026-01-10T08:00:00Z" level=info msg=${JSON.stringify(message)}${fields}\n`
  const result = await parseWatcherLog(chunked(Buffer.from(text)))
  if (!result.ok) throw new Error('no digest')
  return result.value.series.map(({ kind, first }) => [kind, first.fields['pid'] ?? null])
}

/** No message of the watcher is public: all of these are made up. */
describe('parseWatcherLog', () => {
  it.each([
    'worker is not running, restarting it',
    'Restarted change_tracking_agent_linux_amd64',
    'agent process exited with status 2',
    'child 4242 was killed by signal 9',
    'The process has terminated',
    're-starting worker',
  ])('takes %j for a restart', async (message) => {
    expect(await kinds(message)).toEqual([['restart', null]])
  })

  it.each([
    'no need for restarting',
    'worker was not restarted',
    'checking whether the worker has exited',
    'restart policy: on-failure',
    '0 restarted',
    'process is running',
    'started process watcher',
    'starting',
    'configuration terminated with a dot',
  ])('makes nothing of %j', async (message) => {
    expect(await kinds(message)).toEqual([])
  })

  it.each([
    ['started worker', ' pid=4242'],
    ['Starting agent process, pid: 4242', ''],
    ['change_tracking_agent_linux_amd64 launched with PID 4242', ''],
  ])('takes %j%s for a launch', async (message, fields) => {
    expect(await kinds(message, fields)).toEqual([['launch', '4242']])
  })

  it('reads errors as the agent’s log has them, beside a restart', async () => {
    const text = 'time="2026-01-10T08:00:00Z" level=error msg="worker died"\n'
    const result = await parseWatcherLog(chunked(Buffer.from(text)))
    expect(result.ok && result.value.series.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['error', 'worker died'],
      ['restart', ''],
    ])
  })

  it('never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const line = `time="2026-01-10T08:00:00Z" level=info msg=${JSON.stringify(text)} restarting\n`
        expect((await parseWatcherLog(chunked(Buffer.from(line), 7))).ok).toBe(true)
      }),
    )
  })
})
