/** Comfort only: the page says everything without it. Buttons are made here, so that none stands there without a use. */
export const SCRIPT = `'use strict'
const make = (tag, text, title) => {
  const element = document.createElement(tag)
  element.textContent = text
  if (tag === 'button') element.type = 'button'
  if (title) element.setAttribute('aria-label', title)
  return element
}
const spoken = make('p', '')
spoken.className = 'unseen'
spoken.setAttribute('role', 'status')
document.body.append(spoken)

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = make('textarea', text)
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
}
const icon = (name) => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  svg.setAttribute('aria-hidden', 'true')
  use.setAttribute('href', '#sign-' + name)
  svg.append(use)
  return svg
}
const copier = (title, text) => {
  const button = make('button', '', title)
  button.className = 'copier'
  button.title = title
  button.append(icon('copy'))
  button.addEventListener('click', async () => {
    await copy(text())
    button.replaceChildren(icon('ok'))
    spoken.textContent = 'Copied.'
    setTimeout(() => {
      button.replaceChildren(icon('copy'))
      spoken.textContent = ''
    }, 1500)
  })
  return button
}
for (const code of document.querySelectorAll('.copy'))
  code.after(copier('Copy this command', () => code.textContent))
for (const list of document.querySelectorAll('ol.ask')) {
  const commands = Array.from(list.querySelectorAll('.copy'), (one) => one.textContent)
  if (commands.length > 1) list.previousElementSibling.append(copier('Copy all commands', () => commands.join('\\n')))
}

const filter = (box, label, rows) => {
  const field = make('input', '', label)
  field.type = 'search'
  field.placeholder = label
  field.className = 'filter'
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\\s+/)
    let shown = 0
    for (const row of rows) {
      const text = row.textContent.toLowerCase()
      row.hidden = !words.every((word) => text.includes(word))
      if (!row.hidden) shown++
    }
    spoken.textContent = shown + ' of ' + rows.length + ' shown'
  })
  box.before(field)
}
for (const list of document.querySelectorAll('.findings')) {
  const rows = list.querySelectorAll(':scope > details')
  if (rows.length > 7) filter(list, 'filter findings', rows)
  if (rows.length > 1) {
    const all = make('button', 'open all')
    all.className = 'plain'
    all.addEventListener('click', () => {
      const open = all.textContent === 'open all'
      for (const row of rows) row.open = open
      all.textContent = open ? 'close all' : 'open all'
    })
    list.before(all)
  }
}
for (const table of document.querySelectorAll('.matrix')) {
  const rows = table.querySelectorAll('tbody tr')
  if (rows.length > 7) filter(table.parentElement, 'filter hosts', rows)
}

let closed = []
addEventListener('beforeprint', () => {
  closed = Array.from(document.querySelectorAll('details:not([open])'))
  for (const one of closed) one.open = true
})
addEventListener('afterprint', () => {
  for (const one of closed) one.open = false
})
`
