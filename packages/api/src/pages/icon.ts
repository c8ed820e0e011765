/** The mark of the pages' header, in the colour that `style.ts` gives it by day. */
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="none" stroke="#1a56c4" stroke-width="3"/></svg>';
