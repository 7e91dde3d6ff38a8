import type { Rule } from '../model/rule.js'
import { noConfigChunks } from './dcr/CT1001-no-config-chunks.js'
import { noCtDcr } from './dcr/CT1002-no-ct-dcr.js'
import { multipleCtDcrs } from './dcr/CT1003-multiple-ct-dcrs.js'
import { ctDcrWindowsOnly } from './dcr/CT1004-ct-dcr-windows-only.js'
import { chunkUnreadable } from './dcr/CT1005-chunk-unreadable.js'
import { ctStreamMissing } from './dcr/CT1006-ct-stream-missing.js'
import { ctCollectionDisabled } from './dcr/CT1007-ct-collection-disabled.js'
import { noTrackedFiles } from './dcr/CT1009-no-tracked-files.js'
import { servicesSettingsMisnamed } from './dcr/CT1010-services-settings-misnamed.js'
import { ctDcrMixedSources } from './dcr/CT1012-ct-dcr-mixed-sources.js'
import { ctChannelMissing } from './dcr/CT1013-ct-channel-missing.js'
import { amaHeartbeatStale } from './ama/CT2004-ama-heartbeat-stale.js'
import { amaIdentityFailure } from './ama/CT2005-ama-identity-failure.js'
import { ctDcrNotLoaded } from './ama/CT2012-ct-dcr-not-loaded.js'
import { dataSocketMissing } from './sockets/CT3001-data-socket-missing.js'
import { ctExtensionMissing } from './agent/CT4001-ct-extension-missing.js'
import { ctHandlerNotEnabled } from './agent/CT4005-ct-handler-not-enabled.js'
import { ctServiceStalePath } from './agent/CT4013-ct-service-stale-path.js'
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
import { uploadFailing } from './upload/CT7001-upload-failing.js'
import { uploadForbidden } from './upload/CT7002-upload-forbidden.js'
import { uploadUnresolved } from './upload/CT7003-upload-unresolved.js'
import { uploadThrottled } from './upload/CT7004-upload-throttled.js'
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
  noTrackedFiles,
  servicesSettingsMisnamed,
  ctDcrMixedSources,
  ctChannelMissing,
  amaHeartbeatStale,
  amaIdentityFailure,
  ctDcrNotLoaded,
  dataSocketMissing,
  ctExtensionMissing,
  ctHandlerNotEnabled,
  ctServiceStalePath,
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
  uploadFailing,
  uploadForbidden,
  uploadUnresolved,
  uploadThrottled,
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
