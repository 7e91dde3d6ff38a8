import type { Rule } from '../model/rule.js'
import { noConfigChunks } from './dcr/CT1001-no-config-chunks.js'
import { noCtDcr } from './dcr/CT1002-no-ct-dcr.js'
import { multipleCtDcrs } from './dcr/CT1003-multiple-ct-dcrs.js'
import { ctDcrWindowsOnly } from './dcr/CT1004-ct-dcr-windows-only.js'
import { chunkUnreadable } from './dcr/CT1005-chunk-unreadable.js'
import { ctStreamMissing } from './dcr/CT1006-ct-stream-missing.js'
import { ctCollectionDisabled } from './dcr/CT1007-ct-collection-disabled.js'
import { inventoryDisabled } from './dcr/CT1008-inventory-disabled.js'
import { noTrackedFiles } from './dcr/CT1009-no-tracked-files.js'
import { servicesSettingsMisnamed } from './dcr/CT1010-services-settings-misnamed.js'
import { frequencyInvalid } from './dcr/CT1011-frequency-invalid.js'
import { ctDcrMixedSources } from './dcr/CT1012-ct-dcr-mixed-sources.js'
import { ctChannelMissing } from './dcr/CT1013-ct-channel-missing.js'
import { chunkForOtherMachine } from './dcr/CT1014-chunk-for-other-machine.js'
import { unknownSetting } from './dcr/CT1015-unknown-setting.js'
import { trackedPathWildcard } from './dcr/CT1016-tracked-path-wildcard.js'
import { duplicateTrackedPath } from './dcr/CT1017-duplicate-tracked-path.js'
import { contentUploadUnconfigured } from './dcr/CT1018-content-upload-unconfigured.js'
import { ctWorkspacesDiffer } from './dcr/CT1019-ct-workspaces-differ.js'
import { chunkNotInMcsconfig } from './dcr/CT1020-chunk-not-in-mcsconfig.js'
import { agentSettingsInvalid } from './dcr/CT1021-agent-settings-invalid.js'
import { outputStreamMismatch } from './dcr/CT1022-output-stream-mismatch.js'
import { formerCtDcr } from './dcr/CT1023-former-ct-dcr.js'
import { amaNotInstalled } from './ama/CT2001-ama-not-installed.js'
import { amaMultipleVersions } from './ama/CT2002-ama-multiple-versions.js'
import { amaKnownBadVersion } from './ama/CT2003-ama-known-bad-version.js'
import { amaHeartbeatStale } from './ama/CT2004-ama-heartbeat-stale.js'
import { amaIdentityFailure } from './ama/CT2005-ama-identity-failure.js'
import { amaControlPlaneUnreachable } from './ama/CT2006-ama-control-plane-unreachable.js'
import { amaRestartLoop } from './ama/CT2007-ama-restart-loop.js'
import { amaSilent } from './ama/CT2008-ama-silent.js'
import { amaDefaultsInvalid } from './ama/CT2009-ama-defaults-invalid.js'
import { amaIdentityMalformed } from './ama/CT2010-ama-identity-malformed.js'
import { amaTracingOn } from './ama/CT2011-ama-tracing-on.js'
import { ctDcrNotLoaded } from './ama/CT2012-ct-dcr-not-loaded.js'
import { amaVersionMismatch } from './ama/CT2013-ama-version-mismatch.js'
import { amaServiceDown } from './ama/CT2014-ama-service-down.js'
import { heartbeatWorkspaceDiffers } from './ama/CT2015-heartbeat-workspace-differs.js'
import { amaDirectoryUnreachable } from './ama/CT2016-ama-directory-unreachable.js'
import { dataSocketMissing } from './sockets/CT3001-data-socket-missing.js'
import { dataSocketNotConnected } from './sockets/CT3002-data-socket-not-connected.js'
import { configSocketMissing } from './sockets/CT3003-config-socket-missing.js'
import { socketPathOverridden } from './sockets/CT3004-socket-path-overridden.js'
import { ctExtensionMissing } from './agent/CT4001-ct-extension-missing.js'
import { ctExtensionMultipleVersions } from './agent/CT4002-ct-extension-multiple-versions.js'
import { ctExtensionOutdated } from './agent/CT4003-ct-extension-outdated.js'
import { ctExtensionKnownIssue } from './agent/CT4004-ct-extension-known-issue.js'
import { ctHandlerNotEnabled } from './agent/CT4005-ct-handler-not-enabled.js'
import { ctStatusFailed } from './agent/CT4006-ct-status-failed.js'
import { unsupportedArchitecture } from './agent/CT4007-unsupported-architecture.js'
import { noexecMount } from './agent/CT4008-noexec-mount.js'
import { packageManagerBlocked } from './agent/CT4009-package-manager-blocked.js'
import { ctPackagePayload } from './agent/CT4010-ct-package-payload.js'
import { ctInstallDriverFailed } from './agent/CT4011-ct-install-driver-failed.js'
import { ctServiceNotRunning } from './agent/CT4012-ct-service-not-running.js'
import { ctServiceStalePath } from './agent/CT4013-ct-service-stale-path.js'
import { ctProcessMissing } from './agent/CT4014-ct-process-missing.js'
import { ctTraceLogging } from './agent/CT4015-ct-trace-logging.js'
import { ctLogErrors } from './agent/CT4016-ct-log-errors.js'
import { ctWorkerRestarts } from './agent/CT4017-ct-worker-restarts.js'
import { ctPortConflict } from './agent/CT4018-ct-port-conflict.js'
import { legacyOmsAgent } from './agent/CT4019-legacy-oms-agent.js'
import { ctPackageMissing } from './agent/CT4020-ct-package-missing.js'
import { contentUploadNeedsUpgrade } from './agent/CT4021-content-upload-needs-upgrade.js'
import { ctInstallTimeout } from './agent/CT4022-ct-install-timeout.js'
import { ctCommandFailed } from './agent/CT4023-ct-command-failed.js'
import { staleCollection } from './collection/CT5001-stale-collection.js'
import { agentLogSilent } from './collection/CT5002-agent-log-silent.js'
import { emptyCollection } from './collection/CT5003-empty-collection.js'
import { collectionCountDrop } from './collection/CT5004-collection-count-drop.js'
import { dbMissing } from './collection/CT5005-db-missing.js'
import { dbDamaged } from './collection/CT5006-db-damaged.js'
import { dbMetaRecovered } from './collection/CT5007-db-meta-recovered.js'
import { dbJsonMismatch } from './collection/CT5008-db-json-mismatch.js'
import { trackedFileOutsideDcr } from './collection/CT5009-tracked-file-outside-dcr.js'
import { overLimit } from './collection/CT5010-over-limit.js'
import { largeFile } from './collection/CT5011-large-file.js'
import { packagesDifferFromHost } from './collection/CT5012-packages-differ-from-host.js'
import { servicesDifferFromHost } from './collection/CT5013-services-differ-from-host.js'
import { inventoryUnreadable } from './collection/CT5014-inventory-unreadable.js'
import { logCountMismatch } from './collection/CT5015-log-count-mismatch.js'
import { contentLinkMissing } from './collection/CT5016-content-link-missing.js'
import { dbKeyMismatch } from './collection/CT5017-db-key-mismatch.js'
import { agentFollowsDcr } from './collection/CT5018-agent-follows-dcr.js'
import { patternWithoutFiles } from './collection/CT5019-pattern-without-files.js'
import { collectionGap } from './collection/CT5020-collection-gap.js'
import { clockSkew } from './collection/CT5021-clock-skew.js'
import { ctSinkMissing } from './cache/CT6001-ct-sink-missing.js'
import { ctSinkReceivesNothing } from './cache/CT6002-ct-sink-receives-nothing.js'
import { ctSinkGrowing } from './cache/CT6003-ct-sink-growing.js'
import { ctSinkBacklog } from './cache/CT6004-ct-sink-backlog.js'
import { cacheNearQuota } from './cache/CT6005-cache-near-quota.js'
import { cacheDropping } from './cache/CT6006-cache-dropping.js'
import { diskFull } from './cache/CT6007-disk-full.js'
import { uploadFailing } from './upload/CT7001-upload-failing.js'
import { uploadForbidden } from './upload/CT7002-upload-forbidden.js'
import { uploadUnresolved } from './upload/CT7003-upload-unresolved.js'
import { uploadThrottled } from './upload/CT7004-upload-throttled.js'
import { uploadIncomplete } from './upload/CT7005-upload-incomplete.js'
import { uploadSilent } from './upload/CT7006-upload-silent.js'
import { lowDisk } from './host/CT8001-low-disk.js'
import { osUnsupported } from './host/CT8002-os-unsupported.js'
import { arcOnAzureVm } from './host/CT8003-arc-on-azure-vm.js'
import { nothingRecognised } from './input/CT9001-nothing-recognised.js'
import { amaCollectorOnly } from './input/CT9002-ama-collector-only.js'
import { artifactTruncated } from './input/CT9003-artifact-truncated.js'
import { noCollectionTime } from './input/CT9004-no-collection-time.js'
import { mixedMachines } from './input/CT9005-mixed-machines.js'
import { hostileEntry } from './input/CT9006-hostile-entry.js'
import { limitReached } from './input/CT9007-limit-reached.js'
import { secretInBundle } from './input/CT9008-secret-in-bundle.js'
import { unknownRecordShape } from './input/CT9009-unknown-record-shape.js'

/** The catalogue, by id. Ids are permanent; a retired one is never used again. */
export const rules: readonly Rule[] = [
  noConfigChunks,
  noCtDcr,
  multipleCtDcrs,
  ctDcrWindowsOnly,
  chunkUnreadable,
  ctStreamMissing,
  ctCollectionDisabled,
  inventoryDisabled,
  noTrackedFiles,
  servicesSettingsMisnamed,
  frequencyInvalid,
  ctDcrMixedSources,
  ctChannelMissing,
  chunkForOtherMachine,
  unknownSetting,
  trackedPathWildcard,
  duplicateTrackedPath,
  contentUploadUnconfigured,
  ctWorkspacesDiffer,
  chunkNotInMcsconfig,
  agentSettingsInvalid,
  outputStreamMismatch,
  formerCtDcr,
  amaNotInstalled,
  amaMultipleVersions,
  amaKnownBadVersion,
  amaHeartbeatStale,
  amaIdentityFailure,
  amaControlPlaneUnreachable,
  amaRestartLoop,
  amaSilent,
  amaDefaultsInvalid,
  amaIdentityMalformed,
  amaTracingOn,
  ctDcrNotLoaded,
  amaVersionMismatch,
  amaServiceDown,
  heartbeatWorkspaceDiffers,
  amaDirectoryUnreachable,
  dataSocketMissing,
  dataSocketNotConnected,
  configSocketMissing,
  socketPathOverridden,
  ctExtensionMissing,
  ctExtensionMultipleVersions,
  ctExtensionOutdated,
  ctExtensionKnownIssue,
  ctHandlerNotEnabled,
  ctStatusFailed,
  unsupportedArchitecture,
  noexecMount,
  packageManagerBlocked,
  ctPackagePayload,
  ctInstallDriverFailed,
  ctServiceNotRunning,
  ctServiceStalePath,
  ctProcessMissing,
  ctTraceLogging,
  ctLogErrors,
  ctWorkerRestarts,
  ctPortConflict,
  legacyOmsAgent,
  ctPackageMissing,
  contentUploadNeedsUpgrade,
  ctInstallTimeout,
  ctCommandFailed,
  staleCollection,
  agentLogSilent,
  emptyCollection,
  collectionCountDrop,
  dbMissing,
  dbDamaged,
  dbMetaRecovered,
  dbJsonMismatch,
  trackedFileOutsideDcr,
  overLimit,
  largeFile,
  packagesDifferFromHost,
  servicesDifferFromHost,
  inventoryUnreadable,
  logCountMismatch,
  contentLinkMissing,
  dbKeyMismatch,
  agentFollowsDcr,
  patternWithoutFiles,
  collectionGap,
  clockSkew,
  ctSinkMissing,
  ctSinkReceivesNothing,
  ctSinkGrowing,
  ctSinkBacklog,
  cacheNearQuota,
  cacheDropping,
  diskFull,
  uploadFailing,
  uploadForbidden,
  uploadUnresolved,
  uploadThrottled,
  uploadIncomplete,
  uploadSilent,
  lowDisk,
  osUnsupported,
  arcOnAzureVm,
  nothingRecognised,
  amaCollectorOnly,
  artifactTruncated,
  noCollectionTime,
  mixedMachines,
  hostileEntry,
  limitReached,
  secretInBundle,
  unknownRecordShape,
]
