// Nothing is exported yet: README.md says what this package will bring.
export {};
