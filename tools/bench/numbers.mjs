/** Numbers as the tables show them. */

/** 12 345 678. @param {number} n */
export const grouped = (n) =>
  Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** Three digits that count, at most: 0.91, 14.2, 310. @param {number} n */
export const short = (n) => {
  if (n >= 100) return n.toFixed(0);
  if (n >= 10) return n.toFixed(1);
  if (n >= 1) return n.toFixed(2);
  return n >= 0.1 || n === 0 ? n.toFixed(3) : n.toPrecision(2);
};

/** 1.25 M, 310 k. @param {number} n */
export const rate = (n) => (n >= 1e6 ? `${short(n / 1e6)} M` : n >= 1e3 ? `${short(n / 1e3)} k` : short(n));

/** How many times more `a` is than `b`. @param {number} a @param {number} b */
export const times = (a, b) => `${short(a / b)}×`;
