"""What training recorded of a model, read as if each were an attribute, as in Turi Create."""

OWN = (
    *("classes", "features", "num_classes", "num_features", "prediction_window"),
    *("session_id", "target"),
)


class RecordedFields:
    """Makes the entries of the dict ``self.fields`` attributes."""

    def __getattr__(self, name):
        if "fields" not in self.__dict__:  # while copy or pickle build the model
            raise AttributeError(name)
        if name in self.fields:
            return self.fields[name]
        raise AttributeError(
            f"{type(self).__name__} has no field '{name}'; it has {self._list_fields()}"
        )

    def __dir__(self):
        return [*super().__dir__(), *self.fields]

    def _list_fields(self):
        return sorted([*OWN, *self.fields])

    def _get(self, field):
        if field not in self._list_fields():
            raise KeyError(f"no field '{field}'; the fields are {self._list_fields()}")
        return getattr(self, field)
