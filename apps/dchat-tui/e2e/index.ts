export { TestHome, TuiProcess } from './tui-process.ts'
export type { TuiOptions } from './tui-process.ts'
