/** A child process for tests: takes a lock, says so (or who has it) on stdout, and holds it until killed. */
import { StoreError } from '../errors.ts'
import { acquireLock } from '../lock.ts'

try {
  acquireLock(process.argv[2] ?? '')
  console.log('held')
  setInterval(() => {}, 60_000)
} catch (error) {
  if (!(error instanceof StoreError)) throw error
  console.log(`${error.code} ${JSON.stringify(error.data)}`)
}
