import { useInput, usePaste } from 'ink'
import type { Controller } from '../app/controller.ts'
import { decodeKey } from '../input/keys.ts'

/** Gives every key and every marked paste to `controller`. */
export function useKeys(controller: Controller): void {
  useInput((input, key) => controller.handle(decodeKey(input, key)))
  usePaste((text) => controller.paste(text))
}
