/** Which input lines are secrets, and how far they may be remembered. */
import { holdsInvitation } from '@dchat/rpc'

/** A command with a password in an address. */
const USER_INFO = /:\/\/[^/\s]*@/u
/** However the invitation goes on: one that is cut short shows most of the secret. */
const ACCEPTING = /^\s*\/accept\s+dchat-room:/iu

/** Whether Up may bring `line` back: not an invitation, which lets everybody in who reads it. */
export function mayBeRecalled(line: string): boolean {
  return !holdsInvitation(line) && !ACCEPTING.test(line)
}

/** Whether `line` may be written to disk. */
export function mayBeWrittenDown(line: string): boolean {
  return mayBeRecalled(line) && !USER_INFO.test(line)
}
