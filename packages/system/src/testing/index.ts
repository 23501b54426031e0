export { MAX_HOSTILE_UNITS, findHarm, hostileTexts } from './hostile-texts.ts'
export type { HostileText } from './hostile-texts.ts'
export { poisoned } from './poisoned.ts'
