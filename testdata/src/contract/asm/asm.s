// The functions without a body are here.
