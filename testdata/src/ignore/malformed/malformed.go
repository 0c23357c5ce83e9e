// Package malformed has directives that do nothing for being ill-written.
package malformed

func bad() {}

func f() {
	_ = 0 /* want `does nothing: no check named; it is written //lockvet:ignore check reason` */ //lockvet:ignore
	_ = 0 /* want `no reason given` */                                                           //lockvet:ignore bad
	_ = 0 /* want `no reason given` */                                                           //lockvet:ignore bad //
	_ = 0 /* want `no reason given` */                                                           //lint:ignore bad
	_ = 0 /* want `unknown directive` */                                                         //lockvet:disable bad reason
	_ = 0 /* want `unknown directive` */                                                         //lockvet:ignored bad reason
	_ = 0 /* want `there is no check "bat"` */                                                   //lockvet:ignore bat reason
	_ = 0 /* want `no space may stand` */                                                        // lockvet:ignore bad reason
	bad() /* want `there is no check "bat"` */                                                   //lockvet:ignore bad,bat reason
}
