package path

import "go/types"

// StructField is [StructField] with owners that are named once: addresses of fields are asked for in each state.
func (t *Table) StructField(typ types.Type, i int) (name, owner string, embedded bool) {
	st := StructOf(typ)
	if st == nil {
		return "", "", false
	}
	owner, ok := t.owners[typ]
	if !ok {
		owner = OwnerOf(typ)
		t.owners[typ] = owner
	}
	f := st.Field(i)
	return f.Name(), owner, f.Embedded()
}
