/**
 * `pnpm install-programs --prefix DIR`: puts the built programs below a prefix, with nothing they need but Node 24:
 * `bin/NAME`, `lib/dchat/NAME`, the man pages, and the units of systemd with their paths. Running it again replaces them; a daemon
 * that runs goes on from the files it was started with.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { NOTICES_FILE } from './third-party.ts'

const PROGRAMS = ['dchatd', 'dchat-cli', 'dchat-tui', 'lilith'] as const

/** In the repository, and where each goes below the prefix. The last part says who may use it. */
const UNITS = {
  'systemd/dchatd.service': 'lib/systemd/system',
  'systemd/dchatd@.service': 'lib/systemd/system',
  'systemd/lilith.service': 'lib/systemd/system',
  'systemd/user/dchatd.service': 'lib/systemd/user',
  'systemd/sysusers.d/dchat.conf': 'lib/sysusers.d',
} as const

/** What the units name; replaced by the real prefix. */
const USUAL_PREFIX = '/usr/local'

/** As bundle.ts keeps them: for daemons that were started from an earlier installation. */
const KEPT_MS = 7 * 24 * 3_600_000

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Copies in one step: who reads finds the old file or the whole new one. */
function put(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  const temporary = `${to}.${process.pid}.new`
  copyFileSync(from, temporary)
  chmodSync(temporary, (statSync(from).mode & 0o111) === 0 ? 0o644 : 0o755)
  renameSync(temporary, to)
}

/** The files of `dist` that a program is made of: what its launcher imports, and what is imported from there, now or later. */
function partsOf(dist: string): string[] {
  const parts = new Set<string>(['guard.js', 'main.js'])
  for (const part of parts) {
    const text = readFileSync(join(dist, part), 'utf8')
    for (const [, name] of text.matchAll(/["']\.\/([\w.-]+\.js)["']/g)) if (existsSync(join(dist, name!))) parts.add(name!)
  }
  return [...parts]
}

function installProgram(name: string, prefix: string): void {
  const from = join(ROOT, 'apps', name)
  const to = join(prefix, 'lib/dchat', name)
  const launcher = `bin/${name}.js`
  const parts = partsOf(join(from, 'dist')).map((part) => `dist/${part}`)
  // The first file that is read goes last, when all it needs is there.
  for (const file of [...parts.reverse(), `dist/${NOTICES_FILE}`, 'package.json', 'README.md', launcher])
    put(join(from, file), join(to, file))
  put(join(ROOT, 'LICENSE'), join(to, 'LICENSE'))
  for (const file of readdirSync(join(to, 'dist'))) {
    const path = join(to, 'dist', file)
    if (file !== NOTICES_FILE && !parts.includes(`dist/${file}`) && Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path)
  }
  link(join(to, launcher), join(prefix, 'bin', name))
  installManPages(from, prefix)
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.new`
  symlinkSync(relative(dirname(path), target), temporary)
  renameSync(temporary, path)
}

/** Those that package.json names, by section. */
function installManPages(from: string, prefix: string): void {
  const { man = [] } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { man?: string | string[] }
  for (const page of [man].flat()) put(join(from, page), join(prefix, `share/man/man${extname(page).slice(1)}`, basename(page)))
}

function installUnit(file: string, folder: string): void {
  const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(`${USUAL_PREFIX}/`, `${prefix === '/' ? '' : prefix}/`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, basename(file)), text, { mode: 0o644 })
}

const { prefix: wanted } = parseArgs({ options: { prefix: { type: 'string', default: USUAL_PREFIX } } }).values
const prefix = resolve(wanted)
for (const name of PROGRAMS) installProgram(name, prefix)
for (const [file, folder] of Object.entries(UNITS)) installUnit(file, join(prefix, folder))
console.log(`Installed ${PROGRAMS.join(', ')} in ${join(prefix, 'bin')}; they need Node 24 or newer as "node" on the PATH.`)
