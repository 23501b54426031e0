export { ConfigError, ExitCode, FlagError, exitCodeOf } from './errors.ts'
export type { ConfigErrorCode, ConfigErrorData, FlagErrorCode, FlagErrorData } from './errors.ts'
export { failureReport, reportStartError } from './start-error.ts'
export { explainFailure } from './explain-failure.ts'
export type { Explanation } from './explain-failure.ts'
export { FolderError, ownFolder } from './own-folder.ts'
export { parseToml, quoteKey, TomlTable } from './toml-document.ts'
export type { Complaint, Override, Overrides, TomlValue, UnknownKey, ValueSource } from './toml-document.ts'
export { listWarnings, placedList } from './placed-list.ts'
export type { PlacedList } from './placed-list.ts'
export { readConfigFile, writeConfigOnce } from './config-file.ts'
export { unknownKeyWarnings, refuseUnknownKeys } from './unknown-keys.ts'
export { defaultOf, readKeys } from './keys/config-key.ts'
export type { ConfigSection, KeyKind, KeySpec, KeyTable, Places } from './keys/config-key.ts'
export {
  booleanKind,
  choiceKind,
  integerKind,
  listKind,
  optionalPathKind,
  pathKind,
  secondsKind,
  textKind,
  tomlKind,
} from './keys/kinds.ts'
export { changedKeys, keyValues, tomlText } from './keys/key-values.ts'
export type { DynamicDefaults, KeyValue } from './keys/key-values.ts'
export { flagsOfKeys, placedKeys, readOverrides, variableOf } from './keys/overrides.ts'
export { commentedFile, flagTable, keyTable, verbTable } from './keys/key-docs.ts'
export { checkRpcExposure, readRpcSection } from './rpc-section.ts'
export type { RpcConfig, RpcDefaults } from './rpc-section.ts'
export { rpcKeys, TOKEN_SECTION } from './rpc-keys.ts'
export type { RpcValues } from './rpc-keys.ts'
export type { RpcTls } from './rpc-tls.ts'
export { tokenWarnings, unknownMethods } from './rpc-tokens.ts'
export type { RpcToken } from './rpc-tokens.ts'
export { LOG_SECTION, readLogSection, verboseOverride } from './log-section.ts'
export type { LogConfig } from './log-section.ts'
export { acceptWarnings, checkTogether, collides, parseAcceptAddress } from './accept-addresses.ts'
export type { AcceptAddress } from './accept-addresses.ts'
export {
  parseEndpoint,
  parseExternalAddress,
  parseIpOrCidr,
  parseListenAddress,
  parsePath,
  parseProxy,
  parseScheme,
  SCHEMES,
} from './values.ts'
export type { Parsed } from './values.ts'
export { magicBytes } from './magic-bytes.ts'
export { COMMON_FLAGS, parseCommand } from './flags.ts'
export type { CommandLine, CommandSpec, FlagSpec, FlagTable, VerbSpec } from './flags.ts'
export { describeDaemon } from './describe-daemon.ts'
export { describeKeys } from './keys/describe-keys.ts'
export { helpText, verbHelp } from './help.ts'
export type { HelpOptions } from './help.ts'
export { createLogger } from './logging.ts'
export type { DaemonLogger, LineCounts, LogFormat, LoggingOptions } from './logging.ts'
export { LOG_LEVELS, LOG_MODULES, LogLevels } from './log-levels.ts'
export type { LogModule, ModuleLevels } from './log-levels.ts'
export { DEFAULT_ROTATION } from './limits.ts'
export type { RotationBounds } from './log-file.ts'
export { reloadError } from './reload-error.ts'
export type { SettingsTable } from './reload-error.ts'
export { writeAdvisoryFile } from './advisory-file.ts'
export type { AdvisoryFile } from './advisory-file.ts'
export { ServiceManager } from './service-manager.ts'
export type { ServiceManagerOptions } from './service-manager.ts'
export { readinessOf } from './readiness.ts'
export type { NodeState, Readiness } from './readiness.ts'
export { Metrics } from './metrics/metrics.ts'
export { byLabel } from './metrics/metric.ts'
export type { Labels, Metric, Sample } from './metrics/metric.ts'
export { netMetrics } from './metrics/net-metrics.ts'
export type { MeasuredNode } from './metrics/net-metrics.ts'
export { processMetrics } from './metrics/process-metrics.ts'
export type { ProcessFacts } from './metrics/process-metrics.ts'
export { rpcMetrics } from './metrics/rpc-metrics.ts'
export type { RpcFigures } from './metrics/rpc-metrics.ts'
export { runDaemon } from './lifecycle.ts'
export type { DaemonControl, RunDaemonOptions } from './lifecycle.ts'
export { checkReport, folderSources, pathReport, sourceText, versionReport } from './reports.ts'
export type { CheckedConfig, PathRow } from './reports.ts'
export { reportChanges, withLogOf } from './report-changes.ts'
