import { ctHandlerStatus, ctStatus } from '../../artifacts/agent.js'
import { ctReport } from '../../facts/ct-report.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import type { Evidence } from '../../model/artifact.js'
import { atJson, baseName } from '../../model/locator.js'
import { finding, rule, unknown, type Draft } from '../../model/rule.js'
import { duration, iso, type Instant } from '../../model/time.js'
import type { ExtensionStatus } from '../../parsers/extension-status.js'

/** The guest agent itself gives up on a transition after this long. */
const TRANSITION_MAX = 90 * 60_000

/** What the guest agent says of an extension that did not fail. */
const DISABLED = /^Plugin (?:disabled|installed but not enabled)/i
const ENABLE = `Nothing failed: the extension is switched off, by somebody or by an update that did not end. Switch it on: ${COMMANDS.enable}.`
const AGAIN = 'If that fails too, remove the extension in the portal, and install it again.'

export const ctStatusFailed = rule({
  id: 'CT4006',
  name: 'ct-status-failed',
  title: 'The Change Tracking extension reports a failure',
  group: 'agent',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Reads the guest agent’s HandlerStatus, and the newest status file that the extension wrote of itself.',
    why: 'A command of the extension failed, or never ended. Its service may not have been installed or started.',
    how: 'Looks at the folder of the newest version. Fires when HandlerStatus says NotReady or Unresponsive; when the last written status file says error or warning; and when it says transitioning for more than 90 minutes, after which the guest agent gives up too. The last one is told by the files’ own times, else by the times inside.',
    limits:
      'NotReady with “Plugin disabled” is what a disabled extension reports. During an installation it is NotReady for minutes.',
    fix: [
      'Read the message under evidence. A code of 1007 is a failed install, 1009 a failed enable, 1011 a command that took too long.',
      'Read the end of CommandExecution.log and cta_linux_handler.log below /var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux.',
      `Run the command by hand and read what it prints: ${COMMANDS.enable}.`,
      AGAIN,
    ],
    proof:
      '`sudo sh -c "cat /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/config/HandlerStatus"` says Ready, and the newest file in `status` says success.',
    links: [LINKS.extensions],
  },
  needs: { reports: ctReport },
  causes: ['CT3001', 'CT4005', 'CT5001', 'CT5002', 'CT6002'],
  *check({ reports: { handler: report, status } }, asOf) {
    if (report === null && status === null) {
      yield unknown('Neither HandlerStatus nor a status file can be read here.', [ctHandlerStatus, ctStatus])
      return
    }
    const word = report?.value.status ?? null
    if (report !== null && word !== null && /^(?:not ?ready|unresponsive)$/i.test(word)) {
      const { statusSegments, messageSegments, message, code } = report.value
      yield finding({
        subject: 'HandlerStatus',
        message: `The guest agent reports the extension as ${word}${said(message)}.`,
        evidence: [
          atJson(report.path, statusSegments, word),
          ...(message === null ? [] : [atJson(report.path, messageSegments, message)]),
        ],
        ...(DISABLED.test(message ?? '') ? { remedy: [ENABLE, AGAIN] } : {}),
        data: { status: word, code, message },
      })
    }
    if (status !== null) yield* statusAnswer(status, asOf)
  },
})

function* statusAnswer(file: Evidence<ExtensionStatus>, asOf: Instant): Iterable<Draft> {
  const { status, message, code, segments, operation } = file.value
  const word = status?.toLowerCase() ?? ''
  const subject = baseName(file.path)
  const data = { status, operation, code, message }
  const evidence = [atJson(file.path, segments, { status, operation, code, message })] as const
  if (word === 'error' || word === 'warning') {
    const during = operation === null ? '' : ` for ${operation}`
    yield finding({
      subject,
      message: `The extension’s newest status file says ${word}${during}${said(message)}.`,
      evidence,
      data,
    })
  }
  if (word !== 'transitioning') return
  const since = file.value.time ?? file.mtime
  if (since === null) {
    yield unknown('it says transitioning, and nothing tells since when.', [ctStatus], subject)
  } else if (asOf - since > TRANSITION_MAX) {
    yield finding({
      subject,
      message: `The extension’s newest status file says transitioning since ${iso(since)}, for ${duration(asOf - since)}${said(message)}.`,
      evidence,
      data,
    })
  }
}

const SAID_MAX = 160

/** The first line of a message, for a sentence. */
function said(message: string | null): string {
  const line =
    message
      ?.trim()
      .split(/\r?\n/, 1)[0]
      ?.replace(/[.\s]+$/, '') ?? ''
  return line === '' ? '' : `: “${line.length > SAID_MAX ? `${line.slice(0, SAID_MAX)}…` : line}”`
}
