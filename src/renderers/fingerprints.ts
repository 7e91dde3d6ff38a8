/** Names of SARIF's partial fingerprints, by which an earlier log is read again. */
export const FINGERPRINT = 'ruleAndSubject/v1'
export const HOST_FINGERPRINT = 'host/v1'
