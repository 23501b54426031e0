import type { TomlTable } from '@dchat/config'

/**
 * The four bytes that tell networks apart, written as four integers.
 * @throws {ConfigError} for anything else.
 */
export function magicBytes(table: TomlTable, key: string): Uint8Array | undefined {
  const items = table.list(key)
  if (items === undefined) return undefined
  const bytes = items.filter(
    (item): item is number => typeof item === 'number' && Number.isInteger(item) && item >= 0 && item <= 255,
  )
  if (items.length === 4 && bytes.length === 4) return Uint8Array.from(bytes)
  throw table.error(key, { reason: 'must be four whole numbers from 0 to 255', hint: 'for example [217, 239, 182, 125]' })
}
