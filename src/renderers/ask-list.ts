import type { HostReport } from '../model/report.js'

/** One command can supply several artifacts. A rule that needs several commands is settled by the last of them. */
export function byCommand(ask: HostReport['ask']): { readonly command: string; readonly settles: readonly string[] }[] {
  const commands = [...new Set(ask.map(({ command }) => command))]
  const last = new Map(ask.flatMap(({ command, unlocks }) => unlocks.map((id) => [id, command])))
  return commands.map((command) => ({
    command,
    settles: [...last].flatMap(([id, by]) => (by === command ? [id] : [])).toSorted(),
  }))
}
