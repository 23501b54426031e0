export { CONFIG_ERROR_CODES, ConfigError } from './errors.ts'
export type { ConfigErrorCode, ConfigErrorData } from './errors.ts'
export { parsePath } from './parsed.ts'
export type { Parsed } from './parsed.ts'
export { overridePath, parseToml, quoteKey, sourceText, TomlTable } from './toml-document.ts'
export type { Complaint, Override, Overrides, TomlValue, UnknownKey, ValueSource } from './toml-document.ts'
export { listWarnings, placedList } from './placed-list.ts'
export type { PlacedList } from './placed-list.ts'
export { readConfigFile, readConfigText, writeConfigOnce } from './config-file.ts'
export { unknownKeyWarnings, refuseUnknownKeys } from './unknown-keys.ts'
export type { FlagSpec, FlagTable } from './flag-spec.ts'
export { defaultOf, readKeys } from './keys/config-key.ts'
export type { ConfigSection, KeyKind, KeySpec, KeyTable, Places } from './keys/config-key.ts'
export {
  booleanKind,
  choiceKind,
  integerKind,
  itemsOf,
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
export type { VariableNames } from './keys/overrides.ts'
export { commentedFile, flagTable, keyTable, markdownTable } from './keys/key-docs.ts'
export { describeKeys } from './keys/describe-keys.ts'
