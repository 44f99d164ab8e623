// The page `/`.
export {};
