/** A unit of systemd, as far as it says how its service is started. Source: systemd.service(5), systemd.unit(5), systemd.exec(5). */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What stands for the folders of the machine. */
export interface UnitPlace {
  /** Folder that takes the place of `/etc`, `/var/lib`, `/var/cache` and `/run`. */
  readonly root: string
  readonly instance: string
}

/** Folders that systemd makes: the setting, the specifier of where they are, and the variable that tells of them. */
const FOLDERS = [
  ['ConfigurationDirectory', 'etc', 'CONFIGURATION_DIRECTORY'],
  ['StateDirectory', 'var/lib', 'STATE_DIRECTORY'],
  ['CacheDirectory', 'var/cache', 'CACHE_DIRECTORY'],
  ['RuntimeDirectory', 'run', 'RUNTIME_DIRECTORY'],
] as const

const SPECIFIERS: Readonly<Record<string, (place: UnitPlace) => string>> = {
  '%E': ({ root }) => join(root, 'etc'),
  '%C': ({ root }) => join(root, 'var/cache'),
  '%S': ({ root }) => join(root, 'var/lib'),
  '%t': ({ root }) => join(root, 'run'),
  '%i': ({ instance }) => instance,
}

export class UnitFile {
  readonly #settings: readonly (readonly [name: string, value: string])[]

  constructor(path: string) {
    const lines = readFileSync(path, 'utf8').split('\n')
    this.#settings = lines.flatMap((line) => {
      const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined ? [] : [[name, value] as const]
    })
  }

  /** The last value of a setting, as it stands there; undefined when it is not set. */
  value(name: string): string | undefined {
    return this.#settings.findLast(([each]) => each === name)?.[1]
  }

  /** The words of a command line such as `ExecStart`, with its variables replaced. */
  command(name: string, variables: Readonly<Record<string, string>> = {}): [file: string, ...args: string[]] {
    const text = this.value(name)
    if (text === undefined) throw new Error(`the unit has no ${name}`)
    return text.replaceAll(/\$([A-Z]+)/g, (_, variable: string) => variables[variable]!).split(' ') as [string, ...string[]]
  }

  /** Makes the folders that systemd would make, and gives the environment that it would start the service with. */
  prepare(place: UnitPlace): Record<string, string> {
    const env: Record<string, string> = {}
    for (const [setting, base, variable] of FOLDERS) {
      const name = this.value(setting)
      if (name === undefined) continue
      const folder = join(place.root, base, expand(name, place))
      const mode = Number.parseInt(this.value(`${setting}Mode`) ?? '0755', 8)
      mkdirSync(folder, { recursive: true, mode })
      env[variable] = folder
    }
    for (const assignment of (this.value('Environment') ?? '').split(' ').filter((text) => text !== '')) {
      const at = assignment.indexOf('=')
      env[assignment.slice(0, at)] = expand(assignment.slice(at + 1), place)
    }
    return env
  }
}

function expand(text: string, place: UnitPlace): string {
  return text.replaceAll(/%[A-Za-z]/g, (specifier) => SPECIFIERS[specifier]!(place))
}
