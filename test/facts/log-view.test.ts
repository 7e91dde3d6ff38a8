import { isCurrent } from '../../src/facts/log-view.js'

describe('isCurrent', () => {
  test.each([
    'mdsd.info',
    'cta_linux_agent.log',
    'syslog',
    'waagent.log',
    'truncated__var_log_azure_x_cta_linux_agent.log',
  ])('is still being written: %s', (name) => expect(isCurrent(`a.1/2026-01-10/${name}`)).toBe(true))

  test.each([
    'mdsd.info.1',
    'mdsd.info.2.gz',
    'mdsd.info.3.xz',
    'mdsd.info-20260110',
    'mdsd.info-20260110.gz',
    'mdsd.info-20260110-1768035600',
    'mdsd.info.old',
    'messages-20260110.xz',
    'cta_linux_agent-2026-01-10T08-00-00.000.log',
    'cta_linux_agent.log.bz2',
    'cta_linux_agent.log~',
  ])('was rotated away, or is a copy: %s', (name) => expect(isCurrent(`x/${name}`)).toBe(false))
})
