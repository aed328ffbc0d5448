import { isInteger } from './values.ts'
import { method, type Method, type MethodTable } from './method.ts'

/** The methods of numbers that make sense in a template. */
export const NUMBER_METHODS: MethodTable<number | boolean> = new Map<
  string,
  Method<number | boolean>
>([
  ['bit_length', method('', self => Math.abs(Number(self)).toString(2).replace(/^0$/, '').length)],
  ['is_integer', method('', self => isInteger(Number(self)))],
  ['conjugate', method('', self => Number(self))],
])
