/** Hostile peers against a daemon that serves honest ones. The short form. */
import { PEERS } from '../src/peers/experiments.ts'
import { shortForms } from '../src/short-forms.ts'

shortForms(PEERS)
