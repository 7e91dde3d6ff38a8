/**
 * What is documented of single versions of the Change Tracking extension for Linux, as of December 2025. A version newer than
 * the table is nothing to report.
 */
const SOURCE = 'https://learn.microsoft.com/azure/automation/change-tracking/extension-version-details'

/** The oldest version the documentation recommends. */
export const RECOMMENDED_CT_VERSION = { version: '2.20.0.0', source: SOURCE } as const

/** The first version in which the upload of file contents works on Linux. */
export const CONTENT_UPLOAD_VERSION = { version: '2.22.0.0', source: SOURCE } as const

/** Versions with a documented fault. */
export const CT_KNOWN_ISSUES: readonly {
  readonly version: string
  /** Completes the sentence "Version 1.2.3.4 has a documented fault: …". */
  readonly issue: string
  readonly source: string
}[] = [
  {
    version: '2.23.0.0',
    issue: 'its memory keeps growing after a migration from File Integrity Monitoring to Change Tracking',
    source: SOURCE,
  },
  {
    version: '2.24.0.0',
    issue: 'its memory keeps growing after a migration from File Integrity Monitoring to Change Tracking',
    source: SOURCE,
  },
]
