/** What goes wrong with the machine. The short form. */
import { MACHINE_FAULTS } from '../src/faults/experiments.ts'
import { shortForms } from '../src/short-forms.ts'

shortForms(MACHINE_FAULTS)
