/** A project outside of this repository that uses the packed libraries, as somebody's own would. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from './libraries.ts'
import type { PackedLibrary } from './packed-library.ts'
import { runPnpm, runProgram } from './run-program.ts'

/** What the libraries and the project need of others: links to what this repository has, so that nothing is downloaded. */
const OTHERS = {
  '@peculiar/x509': `${ROOT}packages/net/node_modules/@peculiar/x509`,
  '@types/node': `${ROOT}node_modules/@types/node`,
  'expect-type': `${ROOT}tooling/libraries/node_modules/expect-type`,
} as const

export type ModuleResolution = 'nodenext' | 'bundler'

export class ConsumerProject implements Disposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Installs the libraries from their tarballs, without a registry. */
  static async with(libraries: readonly PackedLibrary[]): Promise<ConsumerProject> {
    const project = new ConsumerProject(mkdtempSync(join(tmpdir(), 'dchat-consumer-')))
    try {
      const files = Object.fromEntries(libraries.map(({ name, file }) => [name, `file:${file}`]))
      const links = Object.fromEntries(Object.entries(OTHERS).map(([name, path]) => [name, `link:${path}`]))
      const dependencies = { ...files, '@types/node': links['@types/node'], 'expect-type': links['expect-type'] }
      project.write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies }))
      // What a library depends on is taken from here too: the other library from its tarball, the rest from this repository.
      project.write('pnpm-workspace.yaml', JSON.stringify({ packages: [], overrides: { ...files, ...links } }))
      await runPnpm(['install', '--offline', '--config.store-dir=store'], { cwd: project.folder })
      return project
    } catch (error) {
      project[Symbol.dispose]()
      throw error
    }
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  /** Copies files of this repository. */
  copy(from: string, to: string): void {
    cpSync(from, join(this.folder, to), { recursive: true })
  }

  /** Runs a file by Node alone. @returns what it said */
  run(file: string): Promise<string> {
    return runProgram(process.execPath, [file], { cwd: this.folder, env: { PATH: process.env['PATH'] } })
  }

  /** Checks the types of everything in the project, those of the libraries too. @returns what there is to say: nothing */
  checkTypes(moduleResolution: ModuleResolution): Promise<string> {
    const compilerOptions = {
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: moduleResolution === 'bundler' ? 'esnext' : moduleResolution,
      moduleResolution,
      types: ['node'],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    }
    const config = `tsconfig.${moduleResolution}.json`
    this.write(config, JSON.stringify({ compilerOptions, include: ['*.ts', 'types/*.ts'] }))
    return runProgram(join(ROOT, 'node_modules/.bin/tsc'), ['-p', config], { cwd: this.folder })
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
