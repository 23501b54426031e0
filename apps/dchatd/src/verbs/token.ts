/** `dchatd token`: a random secret for a program, shown once, and the table that lets it in. */
import { createHash, randomBytes } from 'node:crypto'
import { tomlText } from '@dchat/config'
import { ExitCode, FlagError, unknownMethods } from '@dchat/daemon'
import type { DchatdCommand } from '../config/index.ts'
import { methodNames } from './method-names.ts'

/** As hard to guess as the keys of TLS. */
const TOKEN_BYTES = 32

/** @throws {FlagError} for a name or a method that will not do */
export function token({ argument: name = 'client', flags }: DchatdCommand): ExitCode {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name))
    throw new FlagError('FLAG_VALUE', { flag: name, reason: 'a name has 1 to 64 letters, digits, ".", "_" or "-"', hint: null })
  const given = flags['methods']
  const methods = Array.isArray(given) && given.length > 0 ? (given as readonly string[]) : ['readonly']
  refuseUnknown(methods)
  const secret = randomBytes(TOKEN_BYTES).toString('base64url')
  const sha256 = createHash('sha256').update(secret).digest('hex')
  process.stdout.write(
    [
      `Token, shown this once: ${secret}`,
      'Sent as "Authorization: Bearer TOKEN". In dchatd.toml, below [rpc]; then SIGHUP or restart:',
      '',
      '[[rpc.token]]',
      `name = ${tomlText(name)}`,
      `hash = ${tomlText(`sha256:${sha256}`)}`,
      `methods = ${tomlText(methods)}`,
      '',
    ].join('\n'),
  )
  return ExitCode.ok
}

/** A slip would make a token that may do less than is needed, which shows when it is needed. */
function refuseUnknown(methods: readonly string[]): void {
  const [first] = unknownMethods(methods, methodNames())
  if (first === undefined) return
  const hint = first.nearest === undefined ? null : `did you mean ${first.nearest}?`
  throw new FlagError('FLAG_VALUE', { flag: '--methods', reason: `there is no method "${first.pattern}"`, hint })
}
