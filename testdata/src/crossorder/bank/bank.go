// Package bank declares the locks that the packages around it take in different orders.
package bank

import "sync"

type Bank struct {
	Mu       sync.Mutex
	mu       sync.Mutex
	accounts []*Account
}

type Account struct {
	Mu      sync.Mutex
	mu      sync.Mutex
	bank    *Bank
	Balance int
}

// Sum is one half of a deadlock: an account under the bank.
func (b *Bank) Sum() (sum int) {
	b.Mu.Lock()
	defer b.Mu.Unlock()
	for _, a := range b.accounts {
		a.Mu.Lock()
		sum += a.Balance
		a.Mu.Unlock()
	}
	return sum
}

// Hold returns with the account locked.
func (a *Account) Hold() { a.mu.Lock() }

func (a *Account) Release() { a.mu.Unlock() }

// Close locks the bank.
func (a *Account) Close() {
	a.bank.mu.Lock()
	defer a.bank.mu.Unlock()
	a.bank.accounts = nil
}

// Each runs f under the bank.
func (b *Bank) Each(f func(*Account)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.accounts {
		f(a)
	}
}
