/** `pnpm check`: everything but the tests. Prints what each part took, and of a part that fails what it found. */
import { PARTS, formatPart, runParts } from './src/parts.ts'

const beganMs = performance.now()
const isGreen = await runParts(PARTS, (result) => console.log(formatPart(result)))
console.log(`${isGreen ? 'ok' : 'FAILED'}, in ${((performance.now() - beganMs) / 1000).toFixed(1)} s`)
process.exitCode = isGreen ? 0 : 1
