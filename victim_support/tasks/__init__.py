"""Things to decide (要確認): one list over all slices, by kind and age."""
