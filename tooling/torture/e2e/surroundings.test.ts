/** What goes wrong with the clock and the network. The short form. */
import { SURROUNDING_FAULTS } from '../src/faults/experiments.ts'
import { shortForms } from '../src/short-forms.ts'

shortForms(SURROUNDING_FAULTS)
