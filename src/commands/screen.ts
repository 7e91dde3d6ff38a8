import type { RenderOptions } from '../renderers/renderer.js'

/** What the terminal can show, by flags, environment and stream, in the order users expect: flag, NO_COLOR, FORCE_COLOR, TERM, TTY. */
export function screen(
  flags: { readonly color: boolean; readonly width: number | undefined; readonly verbose: boolean },
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv,
): RenderOptions {
  return {
    color: flags.color && wantsColor(stream, env),
    unicode: wantsUnicode(env),
    width: flags.width ?? (stream.columns || 80),
    verbose: flags.verbose,
  }
}

function wantsColor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return env['TERM'] !== 'dumb' && stream.isTTY === true
}

/** The locale decides, as for every Unix program; the Linux console lacks the marks whatever its locale. */
function wantsUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '')
  return /utf-?8/i.test(locale ?? '') && env['TERM'] !== 'linux' && env['TERM'] !== 'dumb'
}
