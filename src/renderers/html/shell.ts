import { counted } from '../../model/count.js'
import type { Report } from '../../model/report.js'
import { Markup, markup } from './markup.js'
import { SCRIPT_HASH, STYLE_HASH } from './policy.js'
import { SCRIPT } from './script.js'
import { SIGNS } from './signs.js'
import { STYLE } from './style.js'

/** What every page stands in: a whole document that needs nothing else, no network, no other file, no script. */
export function shell(
  heading: string,
  { tool, run, hosts }: Pick<Report, 'tool' | 'run'> & { readonly hosts: readonly { readonly host: string }[] },
  main: Markup,
): string {
  const [only] = hosts
  const name = only === undefined ? 'Nothing' : hosts.length === 1 ? only.host : counted(hosts.length, 'host')
  const policy = `default-src 'none'; style-src '${STYLE_HASH}'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'`
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${name}: ${heading}</title>
        <style>${new Markup(STYLE)}</style>
      </head>
      <body>
        ${SIGNS}
        <header class="page">
          <h1>${heading}</h1>
          <p>
            ct-diag
            ${tool.version}${run.interrupted ? markup`, <strong>interrupted: not everything was read</strong>` : null}
          </p>
        </header>
        <main>${main}</main>
        <script>${new Markup(SCRIPT)}</script>
      </body>
    </html>\n`.text
}
