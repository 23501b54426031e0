import { statSync } from 'node:fs'

/** Who may do what with a file or folder, in octal: '600' when it is for its owner alone. */
export function permissionsOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}
