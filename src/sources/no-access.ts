import { dirname } from 'node:path'

/** Why a file or folder cannot be read, or written, as one sentence: what Node says of it names system calls. */
export function noAccess(file: string, error: unknown, done: 'read' | 'written' = 'read'): string {
  if (file === '') return 'The name of a file is empty.'
  const { code } = error as NodeJS.ErrnoException
  if (done === 'written' && (code === 'ENOENT' || code === 'ENOTDIR'))
    return `${file} cannot be written: there is no folder ${dirname(file)}.`
  return `${file} ${whatFails(error, done)}.`
}

/** The same behind a name, without the full stop: `may not be read`. */
export function whatFails(error: unknown, done: 'read' | 'written' = 'read'): string {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist'
    case 'EACCES':
    case 'EPERM':
      return `may not be ${done}`
    case 'EISDIR':
      return 'is a folder'
    default:
      // `EIO: i/o error, read`
      return `cannot be ${done}: ${message.replace(/^[A-Z\d]+: ([^,]*),.*$/s, '$1')}`
  }
}

/** The disk is full, or what the user may have of it. */
export function isNoRoom(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String((error as NodeJS.ErrnoException | undefined)?.code))
}
