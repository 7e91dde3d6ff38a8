/** Paper and ink, light and dark; colour only underlines what shapes and words say already. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfcfa; --raised: #f5f3ee; --ink: #1d1c1a; --soft: #605c55; --rule: #ddd8ce; --faint: #ece8e0;
  --ok: #2a7350; --degraded: #8f5b00; --broken: #b4261c; --unknown: #5d5780; --info: #3c6382; --bar: #4b7f69;
  --wash-broken: #fbeceA; --wash-degraded: #faf1dd; --wash-unknown: #f1eff7; --wash-ok: #e9f3ed;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #17181a; --raised: #1f2124; --ink: #e7e4df; --soft: #a5a19a; --rule: #393b3f; --faint: #292b2e;
    --ok: #6cc497; --degraded: #e3ae4c; --broken: #ff8d80; --unknown: #b9b1e2; --info: #8fbbdc; --bar: #5fa384;
    --wash-broken: #33201e; --wash-degraded: #2e2718; --wash-unknown: #25232f; --wash-ok: #1b2a22;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0 auto; max-width: 76rem; padding: 1.1rem clamp(1rem, 3vw, 2.5rem) 4rem;
  background: var(--paper); color: var(--ink);
  font: 400 0.9375rem/1.5 Inter, "Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
code, pre, .id, .sum { font-family: ui-monospace, "JetBrains Mono", "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; font-variant-ligatures: none; }
code, pre, td, th, b, .message, .facts span { unicode-bidi: isolate; }
h1, h2, h3, h4, p, ul, ol, dl, dd, pre, figure { margin: 0; padding: 0; }
h2 { font-size: 1.5rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.012em; }
h3 { font-size: 1.0625rem; font-weight: 650; margin: 2.2rem 0 0.6rem; }
figure + h3 { margin-top: 1.3rem; }
h4 { font-size: 0.9375rem; font-weight: 600; }
.sub { font-size: 0.8125rem; font-weight: 600; color: var(--soft); margin: 0.9rem 0 0.25rem; }
b { font-weight: 600; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: 0.2em; }
:focus-visible { outline: 2px solid var(--info); outline-offset: 2px; border-radius: 2px; }
.quiet, .meta, .sum { color: var(--soft); font-weight: 400; }
h3 .quiet { font-size: 0.875rem; margin-left: 0.4em; }
.id { color: var(--soft); white-space: nowrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
svg.hidden { position: absolute; width: 0; height: 0; }
.number { text-align: right; }
.scroll { overflow-x: auto; position: relative; }

.ok { --tone: var(--ok); } .degraded, .warning { --tone: var(--degraded); } .broken, .error { --tone: var(--broken); }
.unknown { --tone: var(--unknown); } .info { --tone: var(--info); }
.sign { width: 1.05em; height: 1.05em; flex: none; color: var(--tone); vertical-align: -0.16em; margin-right: 0.45em; }
.hole, .ink, .open, .plain { fill: none; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
.hole { stroke: var(--paper); }
.ink, .open, .plain { stroke: currentColor; stroke-width: 2; }
.open { fill: var(--paper); stroke-dasharray: 3.6 2.8; stroke-linecap: butt; }

header.page { display: flex; justify-content: space-between; gap: 1rem; color: var(--soft); font-size: 0.8125rem; padding-bottom: 0.55rem; border-bottom: 1px solid var(--rule); }
header.page h1 { font-size: inherit; font-weight: 500; }
section.host, section.overview, section.input { padding-top: 1.4rem; }
section.overview + section.host, section.host + section.host, section.input { margin-top: 3.2rem; border-top: 1px solid var(--rule); }
section.input h2 { font-size: 1.25rem; margin-bottom: 0.6rem; }
.facts { color: var(--soft); font-size: 0.8125rem; margin-top: 0.3rem; }
.facts span + span::before { content: " · "; }

.verdict { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 3rem; margin-top: 1.1rem; padding: 1.1rem 1.3rem 1.2rem; border: 1px solid transparent; border-radius: 6px; background: var(--raised); }
.verdict.broken { background: var(--wash-broken); } .verdict.degraded { background: var(--wash-degraded); }
.verdict.unknown { background: var(--wash-unknown); } .verdict.ok { background: var(--wash-ok); }
.verdict .word { color: var(--tone); font-weight: 650; font-size: 0.875rem; }
.verdict .hole { stroke: var(--paper); }
.verdict .lead { font-size: 1.375rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.012em; margin-top: 0.15rem; text-wrap: balance; }
.verdict .why { margin-top: 0.45rem; max-width: 46rem; }
.verdict .sub { color: var(--ink); margin-top: 0.9rem; }
@media (min-width: 62rem) {
  .verdict { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); }
  .verdict .sub { margin: 0 0 0.3rem; } .verdict .states { margin: 0; }
}
.states { grid-template-columns: minmax(0, 1fr); font-size: inherit; margin-top: 0.9rem; } .states dt { font-size: 0.8125rem; font-weight: 600; } .states dd + dt { margin-top: 0.6rem; }
.states b { color: var(--tone); font-weight: 650; margin-right: 0.3em; } .states .quiet { display: block; font-size: 0.8125rem; }
.remedy { padding-left: 1.35rem; } .remedy li { padding-left: 0.15rem; margin-top: 0.2rem; max-width: 50rem; }
.remedy li::marker { color: var(--soft); }
.remedy code, .message code, .why code { background: var(--faint); border-radius: 3px; padding: 0.06em 0.3em; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.verdict .remedy code { background: var(--paper); }

figure.path { margin-top: 1.5rem; }
figure.path svg { overflow: visible; }
figure.path > svg { display: block; width: 100%; }
.path .wide { display: none !important; }
@media (min-width: 62rem) { .path .wide { display: block !important; } .path .tall { display: none !important; } }
.path line { stroke-width: 5; stroke: var(--ok); }
.path line.unsure { stroke: var(--rule); }
.path line.dry { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 2 7; }
.station { color: var(--tone); }
.ground { fill: var(--paper); }
.path text { fill: var(--ink); font-size: 13px; }
.wide .station text { text-anchor: middle; }
.path .name { font-weight: 600; font-size: 13.5px; }
.path .status, .path .flag text { fill: var(--tone); font-weight: 600; }
.path .note { fill: var(--soft); font-size: 12.5px; }
.flag path { stroke: var(--tone); stroke-width: 2; }
.flag text { font-size: 14px; }

.findings { border-top: 1px solid var(--rule); }
.finding { border-bottom: 1px solid var(--rule); }
.finding summary { display: block; position: relative; padding: 0.6rem 0 0.65rem 1.75rem; cursor: pointer; list-style: none; }
.finding summary::-webkit-details-marker { display: none; }
.finding summary::after { content: "more"; position: absolute; right: 0.3rem; top: 0.65rem; color: var(--soft); font-size: 0.8125rem; }
.finding[open] summary::after { content: "less"; }
.finding summary:hover::after { color: var(--ink); text-decoration: underline; text-underline-offset: 0.2em; }
.finding summary .sign { position: absolute; left: 0.15rem; top: 0.82rem; }
.finding summary span { display: block; } .finding summary .id { display: inline; } .finding summary .head { padding-right: 3.5rem; }
.finding .message { max-width: 60rem; }
.finding .meta { font-size: 0.8125rem; }
.finding .inside { padding: 0 0 1.1rem 1.75rem; }
.finding .inside > .sub:first-child { margin-top: 0.2rem; }
.evidence { list-style: none; } .evidence li { margin-top: 0.35rem; }
.sum { white-space: nowrap; } .evidence pre { margin-top: 0.15rem; }
pre { white-space: pre-wrap; background: var(--raised); border-radius: 4px; padding: 0.35rem 0.6rem; line-height: 1.45; }
.verdict pre { background: var(--paper); }
.effects { list-style: none; } .effects .effects { padding-left: 1.5rem; } .effects li { margin-top: 0.35rem; padding-left: 1.5rem; }
.effects > li > .sign { margin-left: -1.5rem; }

.axis, .hop { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.2rem 2rem; }
@media (min-width: 56rem) { .axis, .hop { grid-template-columns: 19rem minmax(0, 1fr); } .axis { align-items: end; } }
.axis svg { width: 100%; display: block; overflow: visible; }
.axis text { fill: var(--soft); font-size: 12px; text-anchor: middle; } .axis text.end { text-anchor: end; fill: var(--ink); }
.axis p { font-size: 0.8125rem; }
.hop { border-top: 1px solid var(--rule); padding: 0.6rem 0 0.75rem; }
.hop .about p { font-size: 0.875rem; }
.hop h4 .status { color: var(--tone); font-weight: 600; margin-left: 0.3em; }
.lanes { align-self: center; display: grid; gap: 0.45rem; font-size: 0.8125rem; }
.lane .label { line-height: 1.45; display: flex; flex-wrap: wrap; column-gap: 0.6em; } .lane .said { margin-left: auto; text-align: right; }
.lane strong, .bad { color: var(--broken); font-weight: 600; }
.chart { display: block; width: 100%; clear: both; border-bottom: 1px solid var(--soft); }
.chart.up { height: 18px; } .chart.level { height: 26px; } .chart.down { height: 12px; border-bottom: 0; border-top: 1px solid var(--soft); }
.chart.up + .chart.down { border-top: 0; }
.bars { fill: var(--bar); } .failures { fill: var(--broken); }
.grid { fill: none; stroke: var(--rule); stroke-width: 1; vector-effect: non-scaling-stroke; }
.blank { fill: url(#hatch); } .hatch { stroke: var(--rule); stroke-width: 2.5; }
.legend { border-top: 1px solid var(--rule); padding-top: 0.5rem; font-size: 0.8125rem; display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; }
.swatch { width: 22px; height: 12px; margin-right: 0.45em; vertical-align: -0.08em; }
.silent { fill: var(--wash-broken); stroke: var(--broken); stroke-width: 1; stroke-dasharray: 3 3; }

table { border-collapse: collapse; font-size: 0.875rem; overflow-wrap: normal; }
td code { display: block; min-width: 18rem; overflow-wrap: anywhere; }
th, td { padding: 0.3rem 1.2rem 0.3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); }
th.number, td.number { text-align: right; } thead th { color: var(--soft); font-weight: 500; border-color: var(--rule); } thead td { border-color: var(--rule); padding: 0; }
tbody th { font-weight: 600; }
.matrix { width: 100%; margin-top: 0.9rem; } .matrix th:first-child { min-width: 8rem; } .matrix .cell { text-align: center; padding-inline: 0.45rem; white-space: nowrap; } .matrix .cell .sign { margin: 0; font-size: 1.15em; }
.matrix thead th:not(.cell):not(:first-child), .matrix .sentence { padding-left: 1.2rem; } .matrix .sentence { min-width: 20rem; padding-right: 0; } .matrix .sentence span:first-child { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 1; overflow: hidden; overflow-wrap: anywhere; }
.matrix td { vertical-align: baseline; } .matrix .counts { color: var(--soft); white-space: nowrap; padding-left: 1.2rem; padding-right: 0; }
.shared { list-style: none; } .shared li { margin-top: 0.25rem; }
@media (max-width: 46rem) {
  .matrix, .matrix thead, .matrix tbody { display: block; }
  .matrix tr { display: grid; grid-template-columns: minmax(0, 1fr) repeat(7, 1.75rem); border-bottom: 1px solid var(--faint); padding: 0.3rem 0; }
  .matrix th, .matrix td { border: 0; padding-top: 0.1rem; padding-bottom: 0.1rem; } .matrix .cell { padding-inline: 0; } .matrix .sentence, .matrix .counts { grid-column: 1 / -1; min-width: 0; padding-left: 0; } .matrix .sentence span:first-child { -webkit-line-clamp: 2; } .matrix .counts:empty { display: none; }
  .hop-id, .matrix thead th:not(.cell):not(:first-child) { display: none; }
}
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.2rem 1.2rem; font-size: 0.875rem; } dt { color: var(--soft); } .differences { margin-top: 0.3rem; } .differences code { margin-right: 0.7em; }
.more { margin-top: 0.5rem; } .more summary { cursor: pointer; width: fit-content; } .more dl { margin: 0.4rem 0 0 1rem; }
.ask { padding-left: 1.6rem; } .ask li { margin-top: 0.55rem; } .ask p { font-size: 0.8125rem; }
.plain-list { list-style: none; } .plain-list li { margin-top: 0.25rem; } .more .plain-list { margin: 0.3rem 0 0 1rem; } .more + p, .host > p + p { margin-top: 1rem; }
.problems { list-style: none; } .problems li { margin-top: 0.4rem; }
section.input > p:last-child { margin-top: 1.6rem; font-size: 0.8125rem; }

button, input { font: inherit; color: inherit; }
.copier { padding: 0.1rem 0 0.1rem 0.3rem; margin: 0; background: none; border: 0; color: var(--soft); cursor: pointer; vertical-align: -0.1rem; line-height: 1; }
.copier svg { width: 0.95rem; height: 0.95rem; display: block; }
.copier:hover { color: var(--ink); }
.plain { font-size: 0.8125rem; padding: 0.15rem 0.6rem; margin: 0 0.5rem 0.6rem 0; background: var(--paper); border: 1px solid var(--rule); border-radius: 3px; cursor: pointer; }
.command { display: flex; gap: 0.3rem; align-items: start; } .command pre { flex: 1; min-width: 0; } .command + .command { margin-top: 0.35rem; } .command .copier { padding: 0.5rem 0.3rem; }
.filter { background: var(--paper); border: 1px solid var(--rule); border-radius: 3px; padding: 0.15rem 0.5rem; width: min(18rem, 100%); font-size: 0.8125rem; margin: 0 0.5rem 0.6rem 0; }
h2 + .filter { margin: 0.7rem 0 0; }

@media print {
  @page { margin: 14mm 12mm; }
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .copier, .plain, .filter, .finding summary::after { display: none; }
  details::details-content { content-visibility: visible !important; display: block !important; }
  h2, h3, h4, summary { break-after: avoid; }
  .verdict, .hop, .evidence li, tr, figure.path, .ask li { break-inside: avoid; }
  section.host + section.host { break-before: page; }
  .scroll { overflow: visible; }
  .path .wide { display: block !important; } .path .tall { display: none !important; }
  .path text, .path .name, .path .note { font-size: 9.5px; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`
