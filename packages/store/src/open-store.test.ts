import { openStore } from './open-store.ts'
import { temporaryFolder } from './testing/builders.ts'
import { describeMessageStore } from './testing/contract.ts'

describeMessageStore('memory', () => ({
  open: (options) => openStore({ path: ':memory:', ...options }),
  [Symbol.dispose]: () => {},
}))

describeMessageStore('file', () => {
  const folder = temporaryFolder()
  let count = 0
  return {
    open: (options) => openStore({ path: folder.file(`messages-${(count += 1)}.db`), ...options }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
})
