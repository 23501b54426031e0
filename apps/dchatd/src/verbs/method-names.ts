import { METHODS } from '@dchat/rpc/schemas'

/** The methods of this program. */
export function methodNames(): string[] {
  return [...METHODS.values()].filter(({ programs }) => programs.includes('dchatd')).map(({ name }) => name)
}
