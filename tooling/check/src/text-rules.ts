/** Rules that a line of text keeps or not, for what no rule of the linter says. */
import type { Finding } from './finding.ts'

export interface TextRule {
  readonly name: string
  readonly isFor: (file: string) => boolean
  /** What a line must not have. */
  readonly pattern: RegExp
  /** What to do instead. */
  readonly text: string
}

const isCode = (file: string): boolean => /\.tsx?$/.test(file)
const isTest = (file: string): boolean => isCode(file) && /\.test(-util)?\.tsx?$|\/(testing|e2e)\//.test(file)
/** Shipped code: what callers and users meet. The entry of net for this repository alone is none. */
const isShipped = (file: string): boolean =>
  /^(packages|apps)\/[^/]+\/src\//.test(file) && isCode(file) && !isTest(file) && file !== 'packages/net/src/internal.ts'

/** Where a wait is what the file is for. */
const MAY_WAIT: readonly string[] = [
  'apps/dchat-tui/e2e/standstill.test.ts', // how long a daemon stands still is what it tries
  'tooling/torture/', // an experiment's wait is the experiment
  'tooling/e2e/src/until.ts', // looks again and again until something holds: what tests wait with
]

const TEXT_RULES: readonly TextRule[] = [
  {
    name: 'suppression',
    isFor: isCode,
    pattern: /(?:\/\/|\/\*)\s*(?:(?:ox|es)lint-disable(?!.*\s--\s\S)|@ts-expect-error(?!\s+--\s\S))/,
    text: 'say why after " -- ", or mend what is found',
  },
  {
    name: 'suppression of all',
    isFor: isCode,
    pattern: /(?:\/\/|\/\*)\s*(?:(?:ox|es)lint-disable(?:-next-line|-line)?\s*(?:--|\*\/|$)|@ts-(?:ignore|nocheck))/,
    text: 'name the one rule (`@ts-expect-error` for the compiler), and say why after " -- "',
  },
  {
    name: 'left for later',
    isFor: () => true,
    pattern: /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/,
    text: 'do it now, or say in an issue what is missing',
  },
  {
    name: 'sleep in a test',
    isFor: (file) => isTest(file) || (isCode(file) && file.startsWith('tooling/e2e/')),
    pattern:
      /\bsetTimeout\b[^}]*\} from 'node:timers\/promises'|new Promise(?:<\w+>)?\(\(?\w*\)? => (?:void )?setTimeout\(|Atomics\.wait\(/,
    text: 'wait for a condition (`until`, `expect.poll`) or move a `ManualClock`',
  },
  {
    name: 'test code in a program',
    isFor: isShipped,
    pattern:
      /from '(?:@dchat\/(?:bench|check|demo|docs|e2e|scripts|sim|torture)|@dchat\/[\w-]+\/testing|[^']*\/testing\/|[^']*\.test(?:-util)?\.tsx?')/,
    text: 'what programs and tests share belongs into the source',
  },
  {
    name: 'plain Error',
    isFor: isShipped,
    pattern: /\bnew Error\(/,
    text: 'give it a type that callers can tell (the errors.ts of the package); a bug is a TypeError or a RangeError',
  },
]

/** What the lines of `text` break. */
export function breaches(file: string, text: string, rules: readonly TextRule[] = TEXT_RULES): Finding[] {
  const applying = rules.filter(({ name, isFor }) => isFor(file) && !(name === 'sleep in a test' && isAllowedToWait(file)))
  if (applying.length === 0) return []
  return text
    .split('\n')
    .flatMap((line, index) =>
      applying
        .filter(({ pattern }) => pattern.test(line))
        .map((rule) => ({ file, line: index + 1, text: `${rule.name}: ${rule.text}` })),
    )
}

function isAllowedToWait(file: string): boolean {
  return MAY_WAIT.some((place) => file.startsWith(place))
}
