/** Finds duplicates of six lines or more with jscpd, whose settings are in .jscpd.json. */
import { join } from 'node:path'
import { ALIKE } from './src/alike.ts'
import { judgeClones, readClones } from './src/duplicates.ts'
import { formatFinding } from './src/finding.ts'
import { ROOT } from './src/repository.ts'

const clones = readClones(ROOT, join(ROOT, '.jscpd.json'))
const findings = judgeClones(clones, ALIKE)
for (const finding of findings) console.log(formatFinding(finding))
console.log(`${findings.length} findings; ${clones.length} pairs are alike, ${ALIKE.length} entries are listed`)
process.exitCode = findings.length === 0 ? 0 : 1
