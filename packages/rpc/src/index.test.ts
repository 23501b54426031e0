import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** What importing a file of this folder loads, apart from files and Node's own modules. */
function packagesLoadedBy(file: string): string[] {
  const url = new URL(file, import.meta.url).href
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = new Set()
    registerHooks({ resolve(specifier, context, next) { loaded.add(specifier); return next(specifier, context) } })
    await import(${JSON.stringify(url)})
    console.log(JSON.stringify([...loaded].filter((name) => !/^(node|file):|^\\./.test(name))))`
  const args = ['--no-warnings', '--conditions=@dchat/source', '--input-type=module', '--eval', program]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as string[]
}

test('clients do not load the schemas', () => {
  expect(packagesLoadedBy('./index.ts')).toEqual(['@dchat/system'])
  expect(packagesLoadedBy('./schemas.ts')).toContain('typebox/schema')
})
