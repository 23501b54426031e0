/** Where everything comes from that is built, run and shipped. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NOTICES_FILE, idOf, thirdPartiesOf } from '@dchat/scripts/third-party'
import { parse } from 'yaml'
import { count, figure, promise } from '../experiment.ts'
import type { Experiment, Finding, Trial } from '../experiment.ts'
import { reportLockfile } from './lockfile.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const PROGRAMS = ['dchatd', 'dchat-cli', 'dchat-tui', 'lilith'] as const
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const listed = (names: readonly string[]): string => (names.length === 0 ? '0' : `${names.length}: ${names.join(', ')}`)

function lockfileFindings(): Finding[] {
  const { packageCount, unheld, inexact } = reportLockfile(read('pnpm-lock.yaml'))
  return [
    promise(`${count(packageCount)} packages of the lockfile`, {
      outcome: `${listed(unheld)} without a SHA-512, or from elsewhere than the registry`,
      aim: '0',
      isMet: unheld.length === 0,
    }),
    promise('what every package.json asks for', {
      outcome: `${listed(inexact)} not one exact version`,
      aim: '0',
      isMet: inexact.length === 0,
    }),
  ]
}

/** Folders of all packages that are installed. */
function installedPackages(): string[] {
  const manifests = readdirSync(join(ROOT, 'node_modules/.pnpm')).flatMap((id) => {
    const modules = join(ROOT, 'node_modules/.pnpm', id, 'node_modules')
    if (!existsSync(modules)) return []
    const names = readdirSync(modules).flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((part) => `${name}/${part}`) : [name],
    )
    return names.map((name) => join(modules, name))
  })
  return manifests.filter((folder) => existsSync(join(folder, 'package.json')))
}

function scriptFindings(): Finding[] {
  const folders = installedPackages()
  const withScripts = new Set<string>()
  for (const folder of folders) {
    const { name, scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name: string
      scripts?: Record<string, string>
    }
    if (INSTALL_SCRIPTS.some((script) => script in scripts) || existsSync(join(folder, 'binding.gyp'))) withScripts.add(name)
  }
  const { allowBuilds = {} } = parse(read('pnpm-workspace.yaml')) as { allowBuilds?: Record<string, boolean> }
  const allowed = Object.keys(allowBuilds).filter((name) => allowBuilds[name])
  const unknown = [...withScripts].filter((name) => !(name in allowBuilds))
  return [
    promise(`packages that want to run a script when they are installed: ${[...withScripts].join(', ')}`, {
      outcome: `${listed(allowed)} may, ${listed(unknown)} nobody has decided about`,
      aim: 'none may',
      isMet: allowed.length + unknown.length === 0,
    }),
  ]
}

/** What the built files say they are made of. */
function sourcesOf(program: string): string[] {
  const dist = join(ROOT, 'apps', program, 'dist')
  return readdirSync(dist)
    .filter((name) => name.endsWith('.js.map'))
    .flatMap((name) => (JSON.parse(readFileSync(join(dist, name), 'utf8')) as { sources: string[] }).sources)
}

function bundleFindings(): Finding[] {
  const table = read('docs/licences.md')
  return PROGRAMS.map((program) => {
    const app = join(ROOT, 'apps', program)
    const parties = thirdPartiesOf(sourcesOf(program), join(app, 'dist'))
    const notices = readFileSync(join(app, 'dist', NOTICES_FILE), 'utf8')
    const missing = parties.filter(
      ({ name, version, licence }) =>
        !table.includes(`| ${name} | ${version} | ${licence} |`) || !notices.includes(`\n${name}@${version} (${licence})\n`),
    )
    return promise(`${count(parties.length)} packages of which ${program} holds something`, {
      outcome: `${listed(missing.map(idOf))} missing in docs/licences.md or among its notices`,
      aim: '0',
      isMet: missing.length === 0 && parties.length > 0,
    })
  })
}

const pnpm = (args: readonly string[], cwd: string): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync('npx', ['-y', 'pnpm@12', ...args], { cwd, encoding: 'utf8', timeout: 300_000 })
  return { status, output: stdout + stderr }
}

/** A package whose content is not what the lockfile says. */
function tamperedFinding(): Finding {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-tampered-'))
  try {
    const [, integrity] = /^ {2}dequal@2\.0\.3:\n {4}resolution: \{integrity: (\S+)\}/m.exec(read('pnpm-lock.yaml'))!
    writeFileSync(join(folder, 'package.json'), '{"name":"tampered","private":true,"dependencies":{"dequal":"2.0.3"}}')
    writeFileSync(join(folder, 'pnpm-workspace.yaml'), `storeDir: ${folder}/store\n`)
    const lock = (hash: string): void =>
      writeFileSync(
        join(folder, 'pnpm-lock.yaml'),
        `lockfileVersion: '9.0'
settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false
importers:
  .:
    dependencies:
      dequal:
        specifier: 2.0.3
        version: 2.0.3
packages:
  dequal@2.0.3:
    resolution: {integrity: ${hash}}
    engines: {node: '>=6'}
snapshots:
  dequal@2.0.3: {}
`,
      )
    lock(`sha512-${'A'.repeat(86)}==`)
    const wrong = pnpm(['install', '--frozen-lockfile'], folder)
    lock(integrity!)
    const right = pnpm(['install', '--frozen-lockfile'], folder)
    return promise('a package that is not what the lockfile says, then the one that is', {
      outcome: `${wrong.status === 0 ? 'installed' : 'refused'}, then ${right.status === 0 ? 'installed' : 'refused'}`,
      aim: 'refused, then installed',
      isMet: wrong.status !== 0 && right.status === 0,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function auditFinding(): Finding {
  const { status, output } = pnpm(['audit', '--prod'], ROOT)
  const failed = /ERR_PNPM_AUDIT\S*|ENOTFOUND|ECONNREFUSED/.exec(output)?.[0]
  const lastLine = output.trim().split('\n').at(-1)!
  return figure('pnpm audit of what is shipped', {
    outcome: failed === undefined ? lastLine : `not to be had from here (${failed})`,
    aim: 'no known vulnerability',
    isMet: status === 0 && failed === undefined,
  })
}

/** A copy of the repository, as git has it, installs from the lockfile alone and changes nothing. */
function frozenFinding(): Finding {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-frozen-'))
  try {
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${ROOT}`, folder])
    const { status } = pnpm(['install', '--frozen-lockfile'], folder)
    const changed = execFileSync('git', ['status', '--porcelain'], { cwd: folder, encoding: 'utf8' }).trim()
    return promise('a clean clone, installed from its lockfile', {
      outcome: status === 0 ? `installed, ${changed === '' ? 'no' : changed} file changed` : 'not installed',
      aim: 'installed, no file changed',
      isMet: status === 0 && changed === '',
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const SUPPLY_CHAIN: Experiment = {
  part: 'secrets',
  name: 'supply-chain',
  claim:
    'only what the lockfile names by its hash is installed, none of it runs anything then, and all that is shipped is listed with its licence',
  run: async (trial: Trial) => [
    ...lockfileFindings(),
    ...scriptFindings(),
    ...bundleFindings(),
    ...trial.of([], [tamperedFinding, frozenFinding, auditFinding]).map((find) => find()),
  ],
}
