/** Parameters of a method from the words of a command line. */
import { bindParams } from '@dchat/rpc/schemas'
import type { MethodSpec } from '@dchat/rpc/schemas'
import { nearestName } from '@dchat/system'
import type { CommandContext } from '../command.ts'
import { UsageError } from '../exit.ts'
import { MAX_PARAMETER_BYTES } from '../limits.ts'
import { readText, readTextFile } from '../read-text.ts'
import { isSecret, parametersOf, valueOf } from './parameter.ts'
import type { Parameter } from './parameter.ts'

type Words = Pick<CommandContext, 'args' | 'plainFrom' | 'stdin' | 'signal'>

/** @throws {UsageError} naming the parameter, and what is known or allowed */
export async function readArguments(spec: MethodSpec, words: Words): Promise<Readonly<Record<string, unknown>>> {
  const parameters = parametersOf(spec)
  const given: Record<string, unknown> = {}
  let position = 0
  for (const [index, word] of words.args.entries()) {
    const named = index < words.plainFrom ? /^([A-Za-z_][A-Za-z0-9_]*)(:?=)([^]*)$/.exec(word) : null
    const parameter = named === null ? parameters[position++] : findParameter(spec, { parameters, name: named[1]! })
    if (parameter === undefined) throw tooMany(spec, word)
    if (Object.hasOwn(given, parameter.name)) throw new UsageError(`${parameter.name} is given twice`)
    given[parameter.name] = await read(
      parameter,
      named === null ? { mark: '', text: word } : { mark: named[2]!, text: named[3]! },
      words,
    )
  }
  const bound = bindParams(spec, given)
  if (!bound.ok) throw new UsageError(`${bound.hint}; see "dchat-cli help ${spec.name}"`)
  return bound.params
}

function findParameter(spec: MethodSpec, { parameters, name }: { parameters: readonly Parameter[]; name: string }): Parameter {
  const found = parameters.find((parameter) => parameter.name === name)
  if (found !== undefined) return found
  const nearest = nearestName(name, spec.order)
  const known = spec.order.length === 0 ? 'no parameters' : spec.order.join(', ')
  const advice = nearest === undefined ? 'a text that has = in it goes behind --' : `did you mean ${nearest}?`
  throw new UsageError(`unknown parameter ${name}; ${spec.name} takes ${known}; ${advice}`)
}

function tooMany(spec: MethodSpec, word: string): UsageError {
  const known = spec.order.length === 0 ? 'no parameters' : `at most ${spec.order.length}: ${spec.order.join(', ')}`
  return new UsageError(`unexpected argument: ${word}; ${spec.name} takes ${known}`)
}

/** `mark` is what stands between name and text: `=`, `:=`, or nothing for a value alone. */
async function read(parameter: Parameter, { mark, text }: { mark: string; text: string }, words: Words): Promise<unknown> {
  const { name } = parameter
  const isText = typeof valueOf(parameter, '-') === 'string'
  if (mark === '=' && isText && text === '-') return valueOf(parameter, await stdinOf(name, words))
  if (mark === '=' && isText && text.startsWith('@')) {
    return valueOf(parameter, await readTextFile(text.slice(1), MAX_PARAMETER_BYTES, words.signal))
  }
  if (isSecret(parameter)) {
    throw new UsageError(`${name} is a secret, and others can read command lines: give it as ${name}=@FILE or ${name}=-`)
  }
  if (mark !== ':=') return valueOf(parameter, text)
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new UsageError(`${name}:= takes JSON: ${(cause as Error).message}`, { cause })
  }
}

function stdinOf(name: string, { stdin, signal }: Words): Promise<string> {
  return readText({ chunks: stdin, name: `stdin, for ${name},`, maxBytes: MAX_PARAMETER_BYTES }, signal)
}
