/** Checks what no other tool does: rules of text, and how long files are. Prints what it finds as file, line and what to do. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatFinding } from './src/finding.ts'
import { checkMedian, medianOf } from './src/median.ts'
import { ROOT, repositoryFiles } from './src/repository.ts'
import { breaches } from './src/text-rules.ts'

/** Recorded by machines, or from elsewhere. */
const IS_DATA = /(^|\/)(fixtures|vectors|corpus|recorded)\/|^pnpm-lock\.yaml$/

const files = repositoryFiles()
  .filter((file) => !IS_DATA.test(file))
  .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))
const lengths = files
  .filter(({ file }) => /\.tsx?$/.test(file))
  .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
const findings = [...files.flatMap(({ file, text }) => breaches(file, text)), ...checkMedian(lengths)]
for (const finding of findings) console.log(formatFinding(finding))
console.log(
  `${findings.length} findings in ${files.length} files; the median of ${lengths.length} source files is ${medianOf(lengths)} lines`,
)
process.exitCode = findings.length === 0 ? 0 : 1
