/** A number with so many decimals; an exact tie goes to the even digit, as in Python. */
export const toFixedEven = (number: number, digits: number): string => {
  // toFixed goes by the exact binary value too, but takes ties up, and gives up at 1e21.
  if (Math.abs(number) >= 1e21)
    return `${BigInt(number)}${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`
  const isExactTie =
    digits <= 15 &&
    Number.isInteger(number * 2 ** (digits + 1)) &&
    Math.abs((number * 10 ** digits) % 1) === 0.5
  return isExactTie
    ? (evenInteger(number * 10 ** digits) / 10 ** digits).toFixed(digits)
    : number.toFixed(digits)
}

/** A number rounded to decimals, or for negative `digits` to tens, hundreds and so on. */
export const roundEven = (number: number, digits: number): number => {
  if (!Number.isFinite(number) || digits > 22) return number
  if (digits > 0) return Number(toFixedEven(number, digits))
  const unit = 10 ** -digits
  return evenInteger(number / unit) * unit
}

const evenInteger = (number: number): number => {
  const floor = Math.floor(number)
  const rest = number - floor
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor
  return floor % 2 === 0 ? floor : floor + 1
}
